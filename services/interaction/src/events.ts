import { events, type PersonShort } from '@daguerre/contracts'
import type { Cache } from '@daguerre/kit/cache'
import { type EventHandler, on } from '@daguerre/kit/consumer'
import type { EntityManager } from '@daguerre/kit/postgres'
import { type PostRef, storePosts } from './posts/store-post.ts'

/** What this service listens to. Posts are kept by version and tombstone, so order and repetition do not matter. */
export function subscriptions({
  forkEm,
  people,
}: {
  forkEm: () => EntityManager
  people: Pick<Cache<PersonShort>, 'invalidate'>
}): EventHandler[] {
  function store(event: { version: number; data: { postId: string; authorId: string } }, state: PostRef['state']) {
    const { postId, authorId } = event.data
    return storePosts({ em: forkEm() }, [{ id: postId, authorId, state, version: event.version }])
  }

  return [
    on(events.postCreated, (event) => store(event, 'published')),
    on(events.postUpdated, (event) => store(event, 'published')),
    on(events.postDeleted, (event) => store(event, 'deleted')),
    on(events.profileUpdated, (event) => people.invalidate([event.data.person.id])),
  ]
}
