import type { EventData, events, Reportable } from '@daguerre/contracts'
import { findErased } from '@daguerre/kit/erasures'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { fileReport } from './file-report.ts'

/**
 * A photo looks like a blocked one: a report about its owner that came by itself. Of one photo there is one, however often this is told.
 * @param owner the account as moderation shows it
 */
export async function reportMatch(
  { em, now }: { em: EntityManager; now: Date },
  { mediaId, isRefused }: EventData<typeof events.photoMatched>,
  owner: Reportable,
): Promise<void> {
  await em.transactional(async (tx) => {
    await query(tx, `select pg_advisory_xact_lock(hashtextextended('reporter ' || $1, 0))`, [mediaId])
    if ((await findErased(tx, 'person', [owner.id])).size > 0) return
    const [known] = await query(tx, 'select 1 from report where reporter_id = $1', [mediaId])
    if (known) return
    await fileReport(
      { tx, now },
      {
        subject: { kind: 'account', id: owner.id },
        found: owner,
        reporter: { id: mediaId, username: '' },
        reason: 'blocked_photo',
        text: '',
        photo: isRefused ? 'refused' : 'here',
        isByItself: true,
      },
    )
  })
}
