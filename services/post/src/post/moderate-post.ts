import { type EventData, events, makeEvent } from '@daguerre/contracts'
import { emit } from '@daguerre/kit/outbox'
import type { EntityManager } from '@daguerre/kit/postgres'
import { LockMode } from '@mikro-orm/core'
import { PostEntity } from '../post.entity.ts'
import { removePost } from './delete-post.ts'
import { isListed, tagsOf } from './post-row.ts'
import { postEvent, relistPost } from './publish-post.ts'

/**
 * Makes a post what moderators have made of it, the newest version of that. What is hidden is in no count and under no tag; its
 * likes and comments stay for the day on which it is shown again.
 */
export async function moderatePost(
  { em, now }: { em: EntityManager; now: Date },
  { postId, hidden, sensitive, removed }: EventData<typeof events.postModerated>,
  version: number,
): Promise<void> {
  if (removed) return await removePost(em, postId)
  await em.transactional(async (tx) => {
    const row = await tx.findOne(PostEntity, { id: postId }, { lockMode: LockMode.PESSIMISTIC_WRITE })
    // Only what was published can be moderated, and nothing brings back what is gone.
    if (row?.state !== 'published' || row.moderationVersion >= version) return
    const before = { isListed: isListed(row), tags: tagsOf(row.entities) }
    row.moderationVersion = version
    row.hiddenAt = hidden ? (row.hiddenAt ?? now) : null
    row.sensitive = sensitive
    row.version += 1
    await tx.flush()
    await emit(tx, makeEvent(events.postUpdated, postEvent(row, await relistPost(tx, row, before))))
  })
}
