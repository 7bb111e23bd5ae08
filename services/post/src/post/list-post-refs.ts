import type { Audience } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import type { PostState } from '../post.entity.ts'

/** Who wrote these posts and what became of them; unknown ones are left out. What is hidden others take for one that is not there yet. */
export async function listPostRefs(
  em: EntityManager,
  ids: readonly string[],
): Promise<
  {
    id: string
    authorId: string
    state: PostState
    audience: Audience
    commentsOff: boolean
    likesHidden: boolean
    version: number
  }[]
> {
  if (ids.length === 0) return []
  return query(
    em,
    `select id, author_id as "authorId", audience, comments_off as "commentsOff", likes_hidden as "likesHidden", version,
       case when state = 'published' and hidden_at is not null then 'processing' else state end as state
     from post where id = any($1::uuid[])`,
    [ids],
  )
}
