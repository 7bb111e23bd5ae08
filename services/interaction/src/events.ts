import { type Audience, events, type PersonShort } from '@daguerre/contracts'
import type { Cache } from '@daguerre/kit/cache'
import { type DeadLetterStore, type EventHandler, forgetLetters, on } from '@daguerre/kit/consumer'
import { noteErasures } from '@daguerre/kit/erasures'
import type { EntityManager } from '@daguerre/kit/postgres'
import { removeComment } from './comments/delete-comment.ts'
import { type PostRef, storePosts } from './posts/store-post.ts'

/** What this service listens to. Posts are kept by version and tombstone, so order and repetition do not matter. */
export function subscriptions({
  forkEm,
  people,
  deadLetters,
}: {
  forkEm: () => EntityManager
  people: Pick<Cache<PersonShort>, 'invalidate'>
  deadLetters: DeadLetterStore
}): EventHandler[] {
  function store(
    {
      version,
      data,
    }: {
      version: number
      data: { postId: string; authorId: string; audience?: Audience; commentsOff?: boolean; likesHidden?: boolean }
    },
    state: PostRef['state'],
  ) {
    const { postId: id, authorId, audience = 'only_me', commentsOff = false, likesHidden = false } = data
    return storePosts({ em: forkEm() }, [{ id, authorId, state, audience, commentsOff, likesHidden, version }])
  }

  return [
    on(events.postCreated, (event) => store(event, 'published')),
    // What a moderator hides is for others as if it were not there yet.
    on(events.postUpdated, (event) => store(event, event.data.hidden ? 'processing' : 'published')),
    on(events.postDeleted, async (event) => {
      await store(event, 'deleted')
      await forgetLetters(deadLetters, { ids: [event.data.postId], types: [events.postCreated, events.postUpdated] })
    }),
    on(events.accountDeleted, async ({ data: { userId } }) => {
      await noteErasures(forkEm(), 'person', [userId])
      await forgetLetters(deadLetters, { ids: [userId], types: [events.profileUpdated] })
    }),
    on(events.profileUpdated, (event) => people.invalidate([event.data.person.id])),
    on(events.commentRemoved, ({ data: { commentId } }) => removeComment(forkEm(), commentId)),
  ]
}
