import { type PostApi, postInternal, type UserApi } from '@daguerre/contracts'
import type { PhotoUse } from '@daguerre/copies/copies'
import type { HydrationSources } from '@daguerre/copies/hydrate-posts'
import { userSources } from '@daguerre/copies/user-sources'
import { type Dapr, read } from '@daguerre/kit/dapr'
import { hc } from 'hono/client'

/** What media asks of others where there is no copy. Each throws NeighbourError when there is no usable answer. */
export interface Neighbours extends Pick<HydrationSources, 'people' | 'relations'> {
  /** Whose a photo is and for whom, by the published posts that show it; null if none does. */
  photoUse(mediaId: string): Promise<PhotoUse | null>
}

const timeoutMs = 1000

/** Other services through the sidecar. */
export function createNeighbours(dapr: Pick<Dapr, 'fetchTo'>): Neighbours {
  const post = hc<PostApi>('http://post', { fetch: dapr.fetchTo('post', { timeoutMs }) })
  const user = hc<UserApi>('http://user', { fetch: dapr.fetchTo('user', { timeoutMs }) })
  return {
    ...userSources(user),
    async photoUse(mediaId) {
      const answer = post.internal.posts.photos.$post({ json: { ids: [mediaId] } })
      const { items } = await read(answer, postInternal.photos.output)
      return items[0] ?? null
    },
  }
}
