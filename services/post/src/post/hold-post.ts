import { type EventData, events, makeEvent } from '@daguerre/contracts'
import { emit } from '@daguerre/kit/outbox'
import type { EntityManager } from '@daguerre/kit/postgres'
import { type PostRow, thumbnailUrl } from './post-row.ts'

/** Tells moderators of a post that waits for them, once its photos are ready; until they let it through nobody else hears of it. */
export async function tellHeld(
  em: EntityManager,
  post: PostRow,
  cause: EventData<typeof events.postHeld>['cause'] = 'blocked_text',
): Promise<void> {
  await emit(
    em,
    makeEvent(events.postHeld, {
      subject: post.id,
      version: post.version,
      data: {
        postId: post.id,
        authorId: post.authorId,
        authorUsername: post.authorUsername,
        caption: post.caption,
        images: post.media.flatMap((media) => thumbnailUrl([media]) ?? []),
        heldFor: post.heldFor?.texts ?? [],
        cause,
      },
    }),
  )
}
