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
