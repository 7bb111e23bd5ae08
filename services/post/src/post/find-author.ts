import { findPeople } from '@daguerre/copies/find-people'
import { hiddenPeople } from '@daguerre/copies/see'
import { isId } from '@daguerre/kit/id'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { notFound } from '@daguerre/kit/problem'
import type { Neighbours } from '../neighbours.ts'
import type { ShowDeps } from './show-posts.ts'

/**
 * The id of whom a user id or a username in a path means. Usernames of people who have posted are known here, so a profile that
 * is looked at often costs no invocation, and can be seen while user does not answer.
 * @throws Problem 404 `user.not_found`, also of whom the viewer may not see
 * @throws NeighbourError if user does not answer and the username is not known here
 */
export async function findAuthor(deps: ShowDeps & FindDeps, ref: string, viewerId: string | null): Promise<string> {
  const id = await findId(deps, ref)
  const hidden = await hiddenPeople({ ...deps, hydration: deps.neighbours }, [id], viewerId)
  if (hidden.has(id)) throw nobody()
  return id
}

async function findId(deps: ShowDeps & FindDeps, ref: string): Promise<string> {
  if (isId(ref)) {
    const { people, areKnown } = await findPeople({ ...deps, hydration: deps.neighbours }, [ref])
    if (!people.has(ref) && areKnown) throw nobody()
    return ref
  }
  const [local] = await query<{ id: string }>(
    deps.em,
    `/* all shards: author-by-name */ select author_id as id from author_stats where username = $1`,
    [ref],
  )
  if (local) {
    const { people, areKnown } = await findPeople({ ...deps, hydration: deps.neighbours }, [local.id])
    if (people.get(local.id)?.username === ref || !areKnown) return local.id
  }
  const [person] = await deps.neighbours.findByUsername([ref])
  if (!person) throw nobody()
  return person.id
}

interface FindDeps {
  em: EntityManager
  neighbours: Pick<Neighbours, 'findByUsername'>
}

function nobody() {
  return notFound('user.not_found', 'There is nobody of that name or id.')
}
