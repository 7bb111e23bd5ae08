import { events, makeEvent } from '@daguerre/contracts'
import { copyKey, type Holds } from '@daguerre/copies/copies'
import { emit } from '@daguerre/kit/outbox'
import type { EntityManager } from '@daguerre/kit/postgres'
import { beginEngagement, listEngagement } from '../explore/keep-engagement.ts'
import { countAuthorPosts, type AuthorPosts } from './count-author-posts.ts'
import { isListed, tagsOf, thumbnailUrl, type PostRow } from './post-row.ts'
import { addTags, removeTags } from './tag-posts.ts'

/**
 * Shows a post: begins its counts, lists it if it is public, and announces it. Called in the transaction that gives the post the state
 * `published`, and only by that one. Another post may have shown its photos to fewer, so whom they are for is held.
 * @param options.imported it comes from an archive: it is shown at its place, and nobody is told
 */
export async function publishPost(
  { em, holds }: { em: EntityManager; holds: Pick<Holds, 'hold'> },
  post: PostRow,
  { imported = false } = {},
): Promise<void> {
  await holds.hold(post.media.map(({ id }) => copyKey.photo(id)))
  const isPublic = post.audience === 'public'
  await beginEngagement(em, post)
  const { authorPosts, isOpen } = await countAuthorPosts(em, post, isPublic ? 1 : 0)
  if (isPublic) await addTags(em, post.id, tagsOf(post.entities), { isCounted: isOpen })
  const event = postEvent(post, authorPosts)
  await emit(em, makeEvent(events.postCreated, { ...event, data: { ...event.data, imported } }))
}

/** Puts a published post where everybody looks (its tags, the ranks, the number of the author's posts), or takes it from there. */
export async function relistPost(
  em: EntityManager,
  post: PostRow,
  before: { isListed: boolean; tags: readonly string[] },
): Promise<AuthorPosts> {
  const [was, is] = [before.isListed, isListed(post)]
  const [tagsBefore, tags] = [was ? before.tags : [], is ? tagsOf(post.entities) : []]
  const { authorPosts, isOpen } = await countAuthorPosts(em, post, was === is ? 0 : is ? 1 : -1)
  await addTags(
    em,
    post.id,
    tags.filter((tag) => !tagsBefore.includes(tag)),
    { isCounted: isOpen },
  )
  await removeTags(
    em,
    post.id,
    tagsBefore.filter((tag) => !tags.includes(tag)),
    { isCounted: isOpen },
  )
  if (was !== is) await listEngagement(em, post.id, is)
  return authorPosts
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
      thumbnailUrl: post.hiddenAt ? null : thumbnailUrl(post.media),
      audience: post.audience,
      createdAt: post.createdAt.toISOString(),
      authorPosts,
      hidden: Boolean(post.hiddenAt),
      commentsOff: post.commentsOff,
      likesHidden: post.likesHidden,
    },
  }
}
