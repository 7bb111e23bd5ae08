import { readCounts } from '@daguerre/kit/counters'
import { isId } from '@daguerre/kit/id'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { addRelations } from '../relations/list-relations.ts'
import { isFound, type PersonCounts, type Profile, profileColumns, type RelationRow } from './profile.ts'
import type { FindAccounts } from './resolve-people.ts'
import { nobody, resolvePerson } from './resolve-person.ts'

/**
 * Somebody by id or username as a viewer sees them, with exact counts.
 * @throws Problem 404 `user.not_found`, also of whom they may not see
 * @throws NeighbourError if nobody is known here by that, and the accounts cannot be asked
 */
export async function readPerson(
  deps: { em: EntityManager; findAccounts: FindAccounts },
  ref: string,
  viewerId: string | null,
): Promise<{ row: Profile & RelationRow; counts: PersonCounts }> {
  const found = (await readRow(deps.em, ref)) ?? (await readRow(deps.em, (await resolvePerson(deps, ref)).id))
  if (found === undefined) throw new Error(`profile ${ref} is gone`)
  const counts = (await readCounts(deps.em, [found.id], ['followers', 'following'])).get(found.id)
  const [row] = await addRelations(deps.em, viewerId, [found])
  if (!isFound(row!, viewerId)) throw nobody()
  return {
    row: row!,
    counts: { posts: found.posts, followers: counts?.followers ?? 0, following: counts?.following ?? 0 },
  }
}

type Row = Profile & { posts: number }

async function readRow(em: EntityManager, ref: string): Promise<Row | undefined> {
  const [row] = await query<Row>(
    em,
    `${isId(ref) ? '' : '/* all shards: people-by-name */'}
     select ${profileColumns}, coalesce(c.posts, 0) as posts
     from profile p left join post_count c on c.author_id = p.id
     where ${isId(ref) ? 'p.id = $1::uuid' : 'p.username = $1'}`,
    [ref],
  )
  return row
}
