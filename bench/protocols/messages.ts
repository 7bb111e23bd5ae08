import { events, makeEvent } from '@daguerre/contracts'
import { toCloudEvent } from '@daguerre/kit/events'
import type { PublishableEvent } from '@daguerre/kit/dapr'
import { newId } from '@daguerre/kit/id'

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
const idsInQuestion = 20

/** Complete CloudEvents of a new post each, as an outbox gives them to its relay. */
export function makeEvents(count: number): PublishableEvent[] {
  const { topic, type, data } = makeEvent(events.postCreated, {
    ...{ subject: newId(), version: 1, data: events.postCreated.example },
  })
  const time = new Date().toISOString()
  return Array.from({ length: count }, (_, sequence) => {
    const stored = { topic, type, version: 1, id: newId(), subject: newId(), time, sequence, data }
    return toCloudEvent('post', stored, traceparent).toJSON() as PublishableEvent
  })
}

/** What a page asks a neighbour, as it did before there were copies. */
export const question = JSON.stringify({ postIds: Array.from({ length: idsInQuestion }, newId), viewerId: newId() })

/** A body as long as interaction's, of as many posts as were asked for. */
export function answerTo(text: string): unknown {
  const { postIds } = JSON.parse(text) as { postIds: string[] }
  const viewer = { liked: true, saved: false }
  return { items: postIds.map((postId) => ({ postId, counts: { likes: 41, comments: 7 }, version: 12, viewer })) }
}
