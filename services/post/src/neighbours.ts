import {
  interactionInternal,
  type InteractionApi,
  mediaInternal,
  type MediaApi,
  type PersonShort,
  type PostCounts,
  type PostViewer,
  userInternal,
  type UserApi,
} from '@daguerre/contracts'
import { type Dapr, read } from '@daguerre/kit/dapr'
import { hc } from 'hono/client'
import type { KnownMedia } from './media/read-media.ts'

/** Counts of a post and what a viewer did with it. */
export interface PostStates {
  counts: PostCounts
  viewer: PostViewer | null
}

/** What post asks of other services, in bulk. Each throws NeighbourError when there is no usable answer. */
export interface Neighbours {
  /** At most 100 media; what is not known is not among the answers. */
  findMedia(ids: string[]): Promise<KnownMedia[]>
  /** At most 100 people by id and by username. */
  findPeople(who: { ids?: string[]; usernames?: string[] }): Promise<PersonShort[]>
  /** Of at most 100 posts, by post id. */
  readStates(postIds: string[], viewerId: string | null): Promise<Map<string, PostStates>>
}

// A page is better without likes than late: short for reading, longer where the answer is needed.
const readTimeoutMs = 1000
const writeTimeoutMs = 3000

/** Other services through the sidecar. */
export function createNeighbours(dapr: Pick<Dapr, 'fetchTo'>): Neighbours {
  const media = hc<MediaApi>('http://media', { fetch: dapr.fetchTo('media', { timeoutMs: writeTimeoutMs }) })
  const user = hc<UserApi>('http://user', { fetch: dapr.fetchTo('user', { timeoutMs: readTimeoutMs }) })
  const interaction = hc<InteractionApi>('http://interaction', {
    fetch: dapr.fetchTo('interaction', { timeoutMs: readTimeoutMs }),
  })
  return {
    async findMedia(ids) {
      const { items } = await read(media.internal.media.$post({ json: { ids } }), mediaInternal.media.output)
      return items
    },
    async findPeople({ ids = [], usernames = [] }) {
      const { items } = await read(user.internal.people.$post({ json: { ids, usernames } }), userInternal.people.output)
      return items
    },
    async readStates(postIds, viewerId) {
      const { items } = await read(
        interaction.internal.posts.states.$post({ json: { postIds, viewerId } }),
        interactionInternal.states.output,
      )
      return new Map(items.map(({ postId, ...states }) => [postId, states]))
    },
  }
}
