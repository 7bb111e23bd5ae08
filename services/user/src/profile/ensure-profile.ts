import { events, makeEvent } from '@daguerre/contracts'
import { emit } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { foldName, searchTextOf } from '../search/fold-name.ts'
import { type Profile, profileColumns, toPersonShort } from './profile.ts'

/**
 * Makes the profile of an account unless it is there; whoever comes first of the account's event, the account's own
 * requests and a stranger's question makes it, and announces it once. Call it inside a transaction.
 */
export async function ensureProfile(
  em: EntityManager,
  { id, username }: { id: string; username: string },
): Promise<void> {
  const [made] = await query<Profile>(
    em,
    `insert into profile as p (id, username, display_name, name_folded, search_text) values ($1, $2, $2, $3, $4)
     on conflict do nothing returning ${profileColumns}`,
    [id, username, foldName(username), searchTextOf({ username, displayName: username })],
  )
  if (made === undefined) return
  await emit(
    em,
    makeEvent(events.profileUpdated, {
      subject: made.id,
      version: made.version,
      data: { person: toPersonShort(made) },
    }),
  )
}
