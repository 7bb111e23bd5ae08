import {
  interactionInternal,
  type InteractionApi,
  mediaInternal,
  type MediaApi,
  type PersonShort,
  userInternal,
  type UserApi,
} from '@daguerre/contracts'
import type { HydrationSources } from '@daguerre/copies/hydrate-posts'
import { userSources } from '@daguerre/copies/user-sources'
import { type Dapr, read } from '@daguerre/kit/dapr'
import { hc } from 'hono/client'
import type { KnownMedia } from './media/read-media.ts'

/** What post asks of other services, in bulk. Each throws NeighbourError when there is no usable answer. */
export interface Neighbours extends Pick<HydrationSources, 'people' | 'states' | 'relations'> {
  /** At most 100 media; what is not known is not among the answers. */
  findMedia(ids: string[]): Promise<KnownMedia[]>
  /** Has media fetch a photo for its owner, under an id of the caller's making. */
  importMedia(wanted: { id: string; ownerId: string; url: string }): Promise<'started' | 'url_refused' | 'off'>
  /** At most 100 people. @param mentionedBy only those whom this person may mention */
  findByUsername(usernames: string[], mentionedBy?: string): Promise<PersonShort[]>
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
    ...userSources(user),
    async findMedia(ids) {
      const { items } = await read(media.internal.media.$post({ json: { ids } }), mediaInternal.media.output)
      return items
    },
    async importMedia(wanted) {
      const { outcome } = await read(media.internal.imports.$post({ json: wanted }), mediaInternal.import.output)
      return outcome
    },
    async findByUsername(usernames, mentionedBy) {
      const answer = user.internal.people.$post({ json: { usernames, ...(mentionedBy && { mentionedBy }) } })
      const { items } = await read(answer, userInternal.people.output)
      return items
    },
    async states(postIds, viewerId) {
      const { items } = await read(
        interaction.internal.posts.states.$post({ json: { postIds, viewerId } }),
        interactionInternal.states.output,
      )
      return new Map(items.map(({ postId, ...states }) => [postId, states]))
    },
  }
}
