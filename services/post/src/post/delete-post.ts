import { events, makeEvent } from '@daguerre/contracts'
import { emit } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { LockMode } from '@mikro-orm/core'
import { PostEntity } from '../post.entity.ts'
import { endEngagement } from '../explore/keep-engagement.ts'
import { checkAuthor } from './check-author.ts'
import { countAuthorPosts } from './count-author-posts.ts'
import { tagsOf } from './post-row.ts'
import { removeTags } from './tag-posts.ts'

/**
 * Deletes a post for good: a tombstone without content stays, which nothing brings back. A post that nobody else could
 * see yet goes without an event.
 * @throws Problem 404 `post.not_found` (also if it was deleted before), 403 `post.not_yours`
 */
export async function deletePost(em: EntityManager, viewerId: string, postId: string): Promise<void> {
  await em.transactional(async (tx) => {
    const row = await tx.findOne(PostEntity, { id: postId }, { lockMode: LockMode.PESSIMISTIC_WRITE })
    checkAuthor(row, viewerId)
    const wasPublished = row.state === 'published'
    const tags = tagsOf(row.entities)
    const mediaIds = row.media.map((item) => item.id)
    Object.assign(row, {
      state: 'deleted',
      version: row.version + 1,
      caption: '',
      entities: [],
      media: [],
      location: null,
    })
    await tx.flush()
    await query(tx, `delete from post_media where post_id = $1 and media_id = any($2::uuid[])`, [row.id, mediaIds])
    await query(tx, `delete from post_edit where post_id = $1`, [row.id])
    if (!wasPublished) return
    await removeTags(tx, row.id, tags)
    await endEngagement(tx, row.id)
    const authorPosts = await countAuthorPosts(tx, row, -1)
    const data = { postId: row.id, authorId: row.authorId, authorPosts }
    await emit(tx, makeEvent(events.postDeleted, { subject: row.id, version: row.version, data }))
  })
}
