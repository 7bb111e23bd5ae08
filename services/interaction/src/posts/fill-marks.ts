import { type Copies, marksFilled } from '@daguerre/copies/copies'
import { type EntityManager, query } from '@daguerre/kit/postgres'

/**
 * Puts what a viewer has done with posts where other services show it from, unless it is there: for an hour nobody asks of posts that
 * the viewer has done nothing with. Does not throw: they ask again.
 */
export async function fillMarks(
  { em, copies, onError }: { em: EntityManager; copies: Copies; onError: (error: unknown) => void },
  viewerId: string,
): Promise<void> {
  try {
    if (await copies.areMarksFilled(viewerId)) return
    const askedAt = performance.now()
    const marks = await query<{ id: string; liked: boolean; saved: boolean }>(
      em,
      `/* all shards: marks */ select id, bool_or(liked) as liked, bool_or(not liked) as saved from (
         (select post_id as id, true as liked from post_like where user_id = $1 and active order by post_id desc limit $2)
         union all
         (select post_id, false from saved_post where user_id = $1 order by post_id desc limit $2)
       ) marks group by id order by id desc limit $2`,
      [viewerId, marksFilled + 1],
    )
    await copies.fillMarks(
      viewerId,
      marks.map(({ id, liked, saved }) => [id, { liked, saved }]),
      askedAt,
    )
  } catch (error) {
    onError(error)
  }
}
