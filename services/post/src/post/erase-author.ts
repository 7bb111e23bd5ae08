import type { Holds } from '@daguerre/copies/copies'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { Problem } from '@daguerre/kit/problem'
import { deletePost } from './delete-post.ts'
import type { PostRow } from './post-row.ts'
import { copiesOf } from './show-posts.ts'

const batch = 50

/** Deletes all posts of somebody who has left, one by one, as they would have; and what else is kept of them. */
export async function eraseAuthor(
  {
    fork,
    holds,
    signal,
  }: { fork: () => EntityManager; holds: Pick<Holds, 'during'>; signal?: AbortSignal | undefined },
  authorId: string,
): Promise<void> {
  for (;;) {
    signal?.throwIfAborted()
    const posts = await query<Pick<PostRow, 'id' | 'media'>>(
      fork(),
      `/* all shards: posts-of-an-author */ select id, media from post where author_id = $1 and state <> 'deleted' order by id limit $2`,
      [authorId, batch],
    )
    if (posts.length === 0) break
    for (const post of posts) {
      await holds
        .during(copiesOf(post), () => deletePost(fork(), authorId, post.id))
        .catch((error: unknown) => {
          // Somebody was faster.
          if (!(error instanceof Problem) || error.status !== 404) throw error
        })
    }
  }
  await query(fork(), '/* all shards: media-of-a-person */ delete from media where owner_id = $1', [authorId])
  await query(fork(), 'delete from author_stats where author_id = $1', [authorId])
  await query(fork(), '/* all shards: stored-answers */ delete from idempotency_key where starts_with(scope, $1)', [
    `${authorId} `,
  ])
}
