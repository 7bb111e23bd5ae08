import { type BlockedText, blockedTextLimits, blockedValue, type Named } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { conflict, notFound } from '@daguerre/kit/problem'
import { appendEntry } from '../audit/append-entry.ts'

interface Deps {
  em: EntityManager
  moderator: Named
  now: Date
}

/**
 * A word or a domain is refused from now on, or has posts held.
 * @throws Problem 409 `blocked_text.known`, `blocked_text.too_many`
 */
export async function blockText(
  { em, moderator, now }: Deps,
  { kind, value, effect }: Pick<BlockedText, 'kind' | 'value' | 'effect'>,
): Promise<BlockedText> {
  const text = { id: newId(), kind, value: blockedValue(kind, value) ?? '', effect }
  await em.transactional(async (tx) => {
    const [{ count }] = (await query<{ count: number }>(tx, 'select count(*)::int as count from blocked_text')) as [
      { count: number },
    ]
    if (count >= blockedTextLimits.entries) {
      throw conflict('blocked_text.too_many', `There are no more than ${blockedTextLimits.entries} of them.`)
    }
    const added = await query(
      tx,
      `insert into blocked_text (id, kind, value, effect, moderator_id, moderator_name, created_at)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict (kind, value) do nothing returning id`,
      [text.id, kind, text.value, effect, moderator.id, moderator.username, now],
    )
    if (added.length === 0) throw conflict('blocked_text.known', 'It is in the list already.')
    await putOnRecord(tx, { moderator, now }, 'block_text', text)
  })
  return { ...text, moderator, createdAt: now.toISOString() }
}

/** What was blocked may be written again. @throws Problem 404 `blocked_text.not_found` */
export async function unblockText({ em, moderator, now }: Deps, id: string): Promise<void> {
  await em.transactional(async (tx) => {
    const [gone] = await query<Pick<BlockedText, 'id' | 'kind' | 'value' | 'effect'>>(
      tx,
      'delete from blocked_text where id = $1 returning id, kind, value, effect',
      [id],
    )
    if (!gone) throw notFound('blocked_text.not_found', 'It is not in the list, or no longer.')
    await putOnRecord(tx, { moderator, now }, 'unblock_text', gone)
  })
}

async function putOnRecord(
  tx: EntityManager,
  { moderator, now }: Omit<Deps, 'em'>,
  action: 'block_text' | 'unblock_text',
  { id, ...entry }: Pick<BlockedText, 'id' | 'kind' | 'value' | 'effect'>,
): Promise<void> {
  await appendEntry(tx, {
    at: now.toISOString(),
    actorId: moderator.id,
    action,
    subject: { kind: 'blocked_text', id },
    personId: moderator.id,
    reason: '',
    before: action === 'block_text' ? {} : entry,
    after: action === 'block_text' ? entry : {},
  })
}
