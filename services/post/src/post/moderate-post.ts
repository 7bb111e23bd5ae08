import { type EventData, events, makeEvent } from '@daguerre/contracts'
import { emit } from '@daguerre/kit/outbox'
import type { Holds } from '@daguerre/copies/copies'
import type { EntityManager } from '@daguerre/kit/postgres'
import { LockMode } from '@mikro-orm/core'
import { PostEntity } from '../post.entity.ts'
import { removePost } from './delete-post.ts'
import { isListed, isReady, type PostRow, tagsOf } from './post-row.ts'
import { postEvent, publishPost, relistPost } from './publish-post.ts'

/**
 * Makes a post what moderators have made of it, the newest version of that. What is hidden is in no count and under no tag; its
 * likes and comments stay for the day on which it is shown again.
 */
export async function moderatePost(
  { em, holds, now }: { em: EntityManager; holds: Pick<Holds, 'hold'>; now: Date },
  { postId, hidden, sensitive, removed }: EventData<typeof events.postModerated>,
  version: number,
): Promise<void> {
  if (removed) return await removePost(em, postId)
  await em.transactional(async (tx) => {
    const row = await tx.findOne(PostEntity, { id: postId }, { lockMode: LockMode.PESSIMISTIC_WRITE })
    if (!row || row.moderationVersion >= version) return
    if (row.state === 'processing' && row.heldFor && !row.heldFor.check) {
      row.moderationVersion = version
      row.sensitive = sensitive
      if (!hidden) await release({ em: tx, holds }, row)
      await tx.flush()
      return
    }
    // Only what was published can be moderated, and nothing brings back what is gone.
    if (row.state !== 'published') return
    const before = { isListed: isListed(row), tags: tagsOf(row.entities) }
    row.moderationVersion = version
    row.hiddenAt = hidden ? (row.hiddenAt ?? now) : null
    row.sensitive = sensitive
    row.version += 1
    await tx.flush()
    await emit(tx, makeEvent(events.postUpdated, postEvent(row, await relistPost(tx, row, before))))
  })
}

/** A post that was held is let through: it is published now, as any other was when it was written. */
async function release(inside: { em: EntityManager; holds: Pick<Holds, 'hold'> }, row: PostRow): Promise<void> {
  const imported = row.heldFor?.imported ?? false
  row.heldFor = null
  row.version += 1
  if (!isReady(row)) return
  row.state = 'published'
  await inside.em.flush()
  await publishPost(inside, row, { imported })
}
