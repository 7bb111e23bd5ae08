import { type EntityManager, query } from '@daguerre/kit/postgres'
import { type Profile, profileColumns } from './profile.ts'

/** People named by id, by username, or both. */
export interface PeopleRefs {
  ids: readonly string[]
  usernames: readonly string[]
}

/** The profiles that are here, in no order. */
export async function findProfiles(em: EntityManager, refs: PeopleRefs): Promise<Profile[]> {
  if (refs.ids.length === 0 && refs.usernames.length === 0) return []
  if (refs.usernames.length === 0) {
    return query<Profile>(em, `select ${profileColumns} from profile p where p.id = any($1::uuid[])`, [refs.ids])
  }
  return query<Profile>(
    em,
    `/* all shards: people-by-name */ select ${profileColumns} from profile p
     where p.id = any($1::uuid[]) or p.username = any($2::text[])`,
    [refs.ids, refs.usernames],
  )
}

/** The profiles of rows that name people by id, in the order of the rows and with what these say. */
export async function findInOrder<Row extends { id: string }>(
  em: EntityManager,
  rows: readonly Row[],
): Promise<(Profile & Row)[]> {
  const profiles = await findProfiles(em, { ids: rows.map(({ id }) => id), usernames: [] })
  const byId = new Map(profiles.map((profile) => [profile.id, profile]))
  return rows.flatMap((row) => {
    const profile = byId.get(row.id)
    return profile ? [{ ...profile, ...row }] : []
  })
}
