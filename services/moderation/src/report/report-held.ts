import type { EventData, events } from '@daguerre/contracts'
import { findErased } from '@daguerre/kit/erasures'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { lockStanding } from '../act/perform-act.ts'
import type { States } from '../act/apply-act.ts'
import { fileReport } from './file-report.ts'

/**
 * A post is held: a report that came by itself, and a post that is hidden until a moderator restores it. Of one post there is one, however often this
 * is told.
 */
export async function reportHeld(
  { em, now }: { em: EntityManager; now: Date },
  { postId, authorId, authorUsername, caption, images, heldFor, cause }: EventData<typeof events.postHeld>,
): Promise<void> {
  const [subject, person] = [
    { kind: 'post' as const, id: postId },
    { id: authorId, username: authorUsername },
  ]
  await em.transactional(async (tx) => {
    await query(tx, `select pg_advisory_xact_lock(hashtextextended('reporter ' || $1, 0))`, [postId])
    const [isGone, isAuthorGone] = [
      (await findErased(tx, 'post', [postId])).size > 0,
      (await findErased(tx, 'person', [authorId])).size > 0,
    ]
    const [known] = await query(tx, 'select 1 from report where reporter_id = $1', [postId])
    if (known || isGone || isAuthorGone) return
    const { state, version } = await lockStanding(tx, subject, person)
    await query(
      tx,
      `update standing set state = $2::jsonb, version = $3 where subject_kind = 'post' and subject_id = $1`,
      [postId, JSON.stringify({ ...(state as States['post']), hidden: true }), version + 1],
    )
    await fileReport(
      { tx, now },
      {
        subject,
        found: { id: postId, person, text: caption, images, postId },
        reporter: { id: postId, username: '' },
        reason: cause,
        text: heldFor.join(', '),
        photo: null,
        isByItself: true,
      },
    )
  })
}
