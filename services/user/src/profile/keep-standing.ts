import { events, makeEvent, type Sanction } from '@daguerre/contracts'
import { TransientError } from '@daguerre/kit/consumer'
import { findErased } from '@daguerre/kit/erasures'
import { emit } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { accountOf, type Profile, profileColumns, toPersonShort } from './profile.ts'

/** Who is suspended or banned is closed: the newest of what moderation tells. It is a change of the profile, and told on as one. */
export async function keepStanding(
  em: EntityManager,
  { userId, state, version }: { userId: string; state: Sanction; version: number },
): Promise<void> {
  await em.transactional(async (tx) => {
    const [changed] = await query<Profile>(
      tx,
      `update profile as p set standing_version = $3, version = p.version + 1,
         closed_by = array_remove(p.closed_by, 'suspended') || case when $2::boolean then array['suspended'] else array[]::text[] end
       where p.id = $1 and p.standing_version < $3 returning ${profileColumns}`,
      [userId, state !== 'open', version],
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
