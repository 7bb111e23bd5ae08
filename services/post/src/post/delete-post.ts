import { events, makeEvent } from '@daguerre/contracts'
import { forgetEvents } from '@daguerre/kit/forget-events'
import { answerScope, forgetAnswers } from '@daguerre/kit/idempotency'
import { emit } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { LockMode } from '@mikro-orm/core'
import { PostEntity } from '../post.entity.ts'
import { endEngagement } from '../explore/keep-engagement.ts'
import { dropMedia } from '../media/drop-media.ts'
import { lockMedia } from '../media/lock-media.ts'
import { checkAuthor } from './check-author.ts'
import { countAuthorPosts } from './count-author-posts.ts'
import { isListed, type PostRow, tagsOf } from './post-row.ts'
import { readPost } from './read-post.ts'
import { removeTags } from './tag-posts.ts'

/**
 * Deletes a post for good: a tombstone without content stays, which nothing brings back. Its photos go with it, but for those that another
 * post shows.
 * @throws Problem 404 `post.not_found` (also if it was deleted before), 403 `post.not_yours`
 */
export async function deletePost(em: EntityManager, viewerId: string, postId: string): Promise<void> {
  const before = await readPost(em, postId)
  checkAuthor(before, viewerId)
  await em.transactional(async (tx) => {
    const row = await lockPost(tx, before)
    checkAuthor(row, viewerId)
    await erasePost(tx, row)
  })
}

/** The same, whoever wants it. One that is gone is gone. */
export async function removePost(em: EntityManager, postId: string): Promise<void> {
  const before = await readPost(em, postId)
  if (!before || before.state === 'deleted') return
  await em.transactional(async (tx) => {
    const row = await lockPost(tx, before)
    if (row && row.state !== 'deleted') await erasePost(tx, row)
  })
}

// What a post shows never changes. Locked before the row, as by all who lock both.
async function lockPost(tx: EntityManager, { id, media }: PostRow): Promise<PostRow | null> {
  await lockMedia(
    tx,
    media.map((item) => item.id),
  )
  return await tx.findOne(PostEntity, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE })
}

async function erasePost(tx: EntityManager, row: PostRow): Promise<void> {
  const author = { authorId: row.authorId, authorUsername: row.authorUsername }
  const wasPublished = row.state === 'published'
  const wasListed = wasPublished && isListed(row)
  const mediaIds = row.media.map((item) => item.id)
  const tags = tagsOf(row.entities)
  Object.assign(row, {
    state: 'deleted',
    version: row.version + 1,
    authorUsername: '',
    caption: '',
    entities: [],
    media: [],
    location: null,
    heldFor: null,
  })
  await tx.flush()
  await query(tx, `delete from post_media where post_id = $1 and media_id = any($2::uuid[])`, [row.id, mediaIds])
  await query(tx, `delete from post_edit where post_id = $1`, [row.id])
  const { authorPosts, isOpen } = await countAuthorPosts(tx, author, wasListed ? -1 : 0)
  if (wasPublished) {
    if (wasListed) await removeTags(tx, row.id, tags, { isCounted: isOpen })
    await endEngagement(tx, row.id)
  }
  const data = {
    postId: row.id,
    authorId: row.authorId,
    mediaIds: await dropMedia(tx, row.authorId, mediaIds),
    authorPosts,
  }
  await emit(tx, makeEvent(events.postDeleted, { subject: row.id, version: row.version, data }))
  await forgetEvents(tx, [{ subject: row.id, keep: [events.postDeleted] }])
  await forgetAnswers(tx, {
    scopes: ['/api/v1/posts', '/posts'].map((path) => answerScope(row.authorId, 'POST', path)),
    locations: [`/api/v1/posts/${row.id}`],
  })
}
