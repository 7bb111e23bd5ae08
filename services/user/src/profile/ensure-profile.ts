import { events, makeEvent } from '@daguerre/contracts'
import { emit } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { foldName, searchTextOf } from '../search/fold-name.ts'
import { findProfiles } from './find-profiles.ts'
import { accountOf, type Profile, profileColumns, toPersonShort } from './profile.ts'

interface Account {
  id: string
  username: string
}

/**
 * Makes the profile of an account unless it is there; whoever comes first of the account's event, the account's own
 * requests and a stranger's question makes it, and announces it once. Of somebody who has left none is made. Call it inside a transaction.
 */
export async function ensureProfile(em: EntityManager, account: Account): Promise<void> {
  const { id, username } = account
  const made = await query<Profile>(
    em,
    `insert into profile as p (id, username, display_name, name_folded, search_text)
     select $1::uuid, $2::text, $2::text, $3, $4
      where not exists (select from erasure e where e.kind = 'person' and e.id = $1::uuid)
     on conflict do nothing returning ${profileColumns}`,
    [id, username, foldName(username), searchTextOf({ username, displayName: username })],
  )
  for (const profile of made) await announce(em, profile)
}

/** The same of several, of which most are there already: one statement then. Not inside a transaction. */
export async function ensureProfiles(em: EntityManager, accounts: readonly Account[]): Promise<void> {
  const known = await findProfiles(em, { ids: accounts.map(({ id }) => id), usernames: [] })
  const ids = new Set(known.map(({ id }) => id))
  for (const account of accounts) {
    if (ids.has(account.id)) continue
    ids.add(account.id)
    await em.transactional((tx) => ensureProfile(tx, account))
  }
}

async function announce(em: EntityManager, profile: Profile): Promise<void> {
  await emit(
    em,
    makeEvent(events.profileUpdated, {
      subject: profile.id,
      version: profile.version,
      data: { person: toPersonShort(profile), account: accountOf(profile) },
    }),
  )
}
