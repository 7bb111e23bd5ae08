import { Problem } from '@daguerre/kit/problem'
import type { EntityManager } from '@mikro-orm/postgresql'

/**
 * A transaction that is kept also where it ends in a refusal, which is thrown after it: a code that has proved who somebody is must not do so twice
 * because they were not let in.
 */
export async function commitThenThrow<Answer>(
  em: EntityManager,
  work: (tx: EntityManager) => Promise<Answer | Problem>,
): Promise<Answer> {
  const answer = await em.transactional(work)
  if (answer instanceof Problem) throw answer
  return answer
}
