import { events, makeEvent } from '@daguerre/contracts'
import { TransientError } from '@daguerre/kit/consumer'
import { findErased } from '@daguerre/kit/erasures'
import { emit } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { accountOf, type Profile, profileColumns, toPersonShort } from './profile.ts'

/** What closes an account, and the version of the newest that was told of it. */
const versions = { leaving: 'leaving_version', suspended: 'standing_version' } as const

/**
 * Somebody is leaving or suspended, or is not any more: the newest of what is told of each counts. It is a change of the profile, and told on
 * as one.
 */
export async function keepClosed(
  em: EntityManager,
  { userId, by, isClosed, version }: { userId: string; by: keyof typeof versions; isClosed: boolean; version: number },
): Promise<void> {
  await em.transactional(async (tx) => {
    const [changed] = await query<Profile>(
      tx,
      `update profile as p set ${versions[by]} = $4, version = p.version + 1,
         closed_by = array_remove(p.closed_by, $2::text) || case when $3::boolean then array[$2::text] else array[]::text[] end
       where p.id = $1 and p.${versions[by]} < $4 returning ${profileColumns}`,
      [userId, by, isClosed, version],
    )
    if (changed) {
      const { version: told } = changed
      const data = { person: toPersonShort(changed), account: accountOf(changed) }
      await emit(tx, makeEvent(events.profileUpdated, { subject: userId, version: told, data }))
      return
    }
    const [known] = await query(tx, 'select 1 from profile where id = $1', [userId])
    if (known || (await findErased(tx, 'person', [userId])).size > 0) return
    throw new TransientError(`there is no profile of ${userId} yet`)
  })
}
