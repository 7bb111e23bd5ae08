import {
  authInternal,
  type AuthApi,
  mediaInternal,
  type MediaApi,
  postInternal,
  type PostApi,
  type TagCount,
} from '@daguerre/contracts'
import { type Dapr, read } from '@daguerre/kit/dapr'
import { hc } from 'hono/client'
import type { FindMedia } from './profile/choose-avatar.ts'
import type { FindAccounts } from './profile/resolve-people.ts'

/** What is asked of other services. Each throws NeighbourError when there is no usable answer. */
export interface Neighbours {
  findAccounts: FindAccounts
  findMedia: FindMedia
  findTags: (prefix: string, limit: number) => Promise<TagCount[]>
}

const invoke = 'http://invoke'
// A search is better without hashtags than late.
const tagsTimeoutMs = 1000
// Below the second that callers of /internal/people wait: a name that nobody has must not cost them all the others.
const accountsTimeoutMs = 700

/** The neighbours as the own sidecar reaches them. */
export function createNeighbours(dapr: Pick<Dapr, 'fetchTo'>): Neighbours {
  const auth = hc<AuthApi>(invoke, { fetch: dapr.fetchTo('auth', { timeoutMs: accountsTimeoutMs }) })
  const media = hc<MediaApi>(invoke, { fetch: dapr.fetchTo('media') })
  const post = hc<PostApi>(invoke, { fetch: dapr.fetchTo('post', { timeoutMs: tagsTimeoutMs }) })
  return {
    async findAccounts(refs) {
      const answer = auth.internal.accounts.$post({ json: refs })
      return (await read(answer, authInternal.accounts.output)).items
    },
    async findMedia(ids) {
      const answer = media.internal.media.$post({ json: { ids } })
      return (await read(answer, mediaInternal.media.output)).items
    },
    async findTags(prefix, limit) {
      const answer = post.internal.tags.$post({ json: { prefix, limit } })
      return (await read(answer, postInternal.tags.output)).items
    },
  }
}
