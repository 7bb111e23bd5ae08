import {
  type AuthApi,
  authInternal,
  type InteractionApi,
  interactionInternal,
  type MediaApi,
  mediaInternal,
  type PostApi,
  postInternal,
  type Reportable,
  type Role,
  type SubjectKind,
  type UserApi,
  userInternal,
} from '@daguerre/contracts'
import { type Dapr, read } from '@daguerre/kit/dapr'
import { hc } from 'hono/client'

type Find = (ids: string[], viewerId: string | null) => Promise<Reportable[]>

/** What is asked of other services. Each throws NeighbourError when there is no usable answer. */
export interface Neighbours {
  /** Things of a kind that this viewer may see; null: all that are there. */
  find: Record<SubjectKind, Find>
  /** What these accounts are; those that there are. */
  rolesOf: (ids: string[]) => Promise<Map<string, Role>>
  /** What these photos look like. */
  hashesOf: (mediaIds: string[]) => Promise<string[]>
}

const invoke = 'http://invoke'
/** media may have to look at photos that it has not looked at before. */
const photosTimeoutMs = 10_000

/** The neighbours as the own sidecar reaches them. */
export function createNeighbours(dapr: Pick<Dapr, 'fetchTo'>): Neighbours {
  const auth = hc<AuthApi>(invoke, { fetch: dapr.fetchTo('auth') })
  const post = hc<PostApi>(invoke, { fetch: dapr.fetchTo('post') })
  const media = hc<MediaApi>(invoke, { fetch: dapr.fetchTo('media', { timeoutMs: photosTimeoutMs }) })
  const interaction = hc<InteractionApi>(invoke, { fetch: dapr.fetchTo('interaction') })
  const user = hc<UserApi>(invoke, { fetch: dapr.fetchTo('user') })
  return {
    async rolesOf(ids) {
      const { items } = await read(auth.internal.roles.$post({ json: { ids } }), authInternal.roles.output)
      return new Map(items.map(({ id, role }) => [id, role]))
    },
    async hashesOf(ids) {
      const answer = media.internal['perceptual-hashes'].$post({ json: { ids } })
      const { items } = await read(answer, mediaInternal.hashes.output)
      return items.map(({ perceptualHash }) => perceptualHash)
    },
    find: {
      async post(ids, viewerId) {
        const answer = post.internal['reportable-posts'].$post({ json: { ids, viewerId } })
        return (await read(answer, postInternal.reportable.output)).items
      },
      async comment(ids, viewerId) {
        const answer = interaction.internal['reportable-comments'].$post({ json: { ids, viewerId } })
        return (await read(answer, interactionInternal.reportable.output)).items
      },
      async account(ids, viewerId) {
        const answer = user.internal['reportable-people'].$post({ json: { ids, viewerId } })
        return (await read(answer, userInternal.reportable.output)).items
      },
    },
  }
}
