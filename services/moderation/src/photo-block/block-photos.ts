import { events, makeEvent, type Named } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { emitAll } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { appendEntry } from '../audit/append-entry.ts'

/** Has photos refused from now on that look like these, whoever brings them. What is blocked already stays as it is. */
export async function blockPhotos(
  { tx, moderator, now }: { tx: EntityManager; moderator: Named; now: Date },
  { hashes, personId, reason }: { hashes: readonly string[]; personId: string; reason: string },
): Promise<void> {
  for (const perceptualHash of new Set(hashes)) {
    const id = newId()
    const blocked = await query(
      tx,
      `insert into photo_block (id, perceptual_hash, reason, person_id, moderator_id, moderator_name, created_at)
       values ($1, $2::bit(64), $3, $4, $5, $6, $7) on conflict (perceptual_hash) do nothing returning id`,
      [id, perceptualHash, reason, personId, moderator.id, moderator.username, now],
    )
    if (blocked.length === 0) continue
    await emitAll(tx, [blockEvent(id, perceptualHash, true)])
    await appendEntry(tx, {
      at: now.toISOString(),
      actorId: moderator.id,
      action: 'block_photo',
      subject: { kind: 'photo_block', id },
      personId,
      reason,
      before: {},
      after: { perceptualHash },
    })
  }
}

export function blockEvent(blockId: string, perceptualHash: string, isBlocked: boolean) {
  const data = { blockId, perceptualHash, isBlocked }
  return makeEvent(events.photoBlockChanged, { subject: blockId, version: isBlocked ? 1 : 2, data })
}
