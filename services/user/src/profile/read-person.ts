import { readCounts } from '@daguerre/kit/counters'
import { isId } from '@daguerre/kit/id'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { type PersonCounts, type Profile, profileColumns, relationColumns, type RelationRow } from './profile.ts'
import type { FindAccounts } from './resolve-people.ts'
import { resolvePerson } from './resolve-person.ts'

/**
 * Somebody by id or username as a viewer sees them, with exact counts.
 * @throws Problem 404 `user.not_found`
 * @throws NeighbourError if nobody is known here by that, and the accounts cannot be asked
 */
export async function readPerson(
  deps: { em: EntityManager; findAccounts: FindAccounts },
  ref: string,
  viewerId: string | null,
): Promise<{ row: Profile & RelationRow; counts: PersonCounts }> {
  const found = await readRow(deps.em, ref, viewerId)
  const row = found ?? (await readRow(deps.em, (await resolvePerson(deps, ref)).id, viewerId))
  if (row === undefined) throw new Error(`profile ${ref} is gone`)
  const counts = (await readCounts(deps.em, [row.id], ['followers', 'following'])).get(row.id)
  return { row, counts: { posts: row.posts, followers: counts?.followers ?? 0, following: counts?.following ?? 0 } }
}

type Row = Profile & RelationRow & { posts: number }

async function readRow(em: EntityManager, ref: string, viewerId: string | null): Promise<Row | undefined> {
  const [row] = await query<Row>(
    em,
    `select ${profileColumns}, coalesce(c.posts, 0) as posts, ${relationColumns('$2')}
     from profile p left join post_count c on c.author_id = p.id
     where ${isId(ref) ? 'p.id = $1::uuid' : 'p.username = $1'}`,
    [ref, viewerId],
  )
  return row
}
