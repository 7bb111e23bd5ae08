import { events, makeEvent } from '@daguerre/contracts'
import { emit } from '@daguerre/kit/outbox'
import type { EntityManager } from '@daguerre/kit/postgres'
import { beginEngagement } from '../explore/keep-engagement.ts'
import { countAuthorPosts, type AuthorPosts } from './count-author-posts.ts'
import { tagsOf, thumbnailUrl, type PostRow } from './post-row.ts'
import { addTags } from './tag-posts.ts'

/**
 * Shows a post to all: counts it, ranks it, files it under its tags and announces it. Called in the transaction that gives the
 * post the state `published`, and only by that one.
 */
export async function publishPost(em: EntityManager, post: PostRow): Promise<void> {
  await addTags(em, post.id, tagsOf(post.entities))
  await beginEngagement(em, post)
  const authorPosts = await countAuthorPosts(em, post, 1)
  await emit(em, makeEvent(events.postCreated, postEvent(post, authorPosts)))
}

/** What `post.created` and `post.updated` say. */
export function postEvent(post: PostRow, authorPosts: AuthorPosts) {
  return {
    subject: post.id,
    version: post.version,
    data: {
      postId: post.id,
      authorId: post.authorId,
      authorUsername: post.authorUsername,
      caption: post.caption,
      entities: post.entities,
      thumbnailUrl: thumbnailUrl(post.media),
      createdAt: post.createdAt.toISOString(),
      authorPosts,
    },
  }
}
