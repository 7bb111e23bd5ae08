import type { PersonShort } from '@daguerre/contracts'
import { isId } from '@daguerre/kit/id'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { notFound } from '@daguerre/kit/problem'
import type { Neighbours } from '../neighbours.ts'
import type { Cache } from '@daguerre/kit/cache'

export interface FoundAuthor {
  id: string
  /** undefined if user does not answer and the cache does not know. */
  person: PersonShort | undefined
}

/**
 * Who a user id or a username in a path means. Usernames of people who have posted are known here, so a profile that
 * is looked at often costs no invocation, and can be seen while user does not answer.
 * @throws Problem 404 `user.not_found`
 * @throws NeighbourError if user does not answer and the username is not known here
 */
export async function findAuthor(
  {
    em,
    people,
    neighbours,
  }: {
    em: EntityManager
    people: Pick<Cache<PersonShort>, 'getMany'>
    neighbours: Pick<Neighbours, 'findPeople'>
  },
  ref: string,
): Promise<FoundAuthor> {
  if (isId(ref)) {
    const { values, unknown } = await people.getMany([ref])
    const person = values.get(ref)
    if (!person && unknown.length === 0) throw nobody()
    return { id: ref, person }
  }
  const [local] = await query<{ id: string }>(
    em,
    `/* all shards: author-by-name */ select author_id as id from author_stats where username = $1`,
    [ref],
  )
  if (local) {
    const { values, unknown } = await people.getMany([local.id])
    const person = values.get(local.id)
    if (person?.username === ref || unknown.length > 0) return { id: local.id, person }
  }
  const [person] = await neighbours.findPeople({ usernames: [ref] })
  if (!person) throw nobody()
  return { id: person.id, person }
}

function nobody() {
  return notFound('user.not_found', 'There is nobody of that name or id.')
}
