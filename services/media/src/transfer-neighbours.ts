import {
  type AuthApi,
  authInternal,
  type ExportItem,
  type ExportSection,
  exportSections,
  type InteractionApi,
  type ModerationApi,
  type NotificationApi,
  personalDataInternal,
  type PostApi,
  postInternal,
  type UserApi,
} from '@daguerre/contracts'
import { type Dapr, read } from '@daguerre/kit/dapr'
import { z } from '@hono/zod-openapi'
import { hc } from 'hono/client'

/** A section of an export that another service has. */
export type RemoteSection = Exclude<ExportSection, 'media'>

export type ImportedPost = z.input<
  (typeof postInternal.imported)['request']['body']['content']['application/json']['schema']
>

/** What exports and archives ask of other services: long work, so with patience. Each throws NeighbourError when there is no usable answer. */
export type TransferNeighbours = {
  /** A page of what somebody has there. */
  personalData<Section extends RemoteSection>(
    section: Section,
    keyset: { userId: string; after: string | null; limit: number },
  ): Promise<{ items: ExportItem<Section>[]; next: string | null }>
  /** Which of these posts (100 at most) are known, and whose they are. */
  postRefs(ids: string[]): Promise<{ id: string; authorId: string; state: string }[]>
  importPost(post: ImportedPost): Promise<'published' | 'known' | 'deleted'>
  /** Whether the viewer has lately said who they are. */
  freshness(viewer: { id: string; sessionId: string }): Promise<'fresh' | 'stale' | 'ended'>
}

const timeoutMs = 10_000

/** Other services through the sidecar. */
export function createTransferNeighbours(dapr: Pick<Dapr, 'fetchTo'>): TransferNeighbours {
  const post = hc<PostApi>('http://invoke', { fetch: dapr.fetchTo('post', { timeoutMs }) })
  const auth = hc<AuthApi>('http://invoke', { fetch: dapr.fetchTo('auth', { timeoutMs }) })
  const sources = {
    auth: auth.internal['personal-data'],
    user: hc<UserApi>('http://invoke', { fetch: dapr.fetchTo('user', { timeoutMs }) }).internal['personal-data'],
    post: post.internal['personal-data'],
    interaction: hc<InteractionApi>('http://invoke', { fetch: dapr.fetchTo('interaction', { timeoutMs }) }).internal[
      'personal-data'
    ],
    moderation: hc<ModerationApi>('http://invoke', { fetch: dapr.fetchTo('moderation', { timeoutMs }) }).internal[
      'personal-data'
    ],
    notification: hc<NotificationApi>('http://invoke', { fetch: dapr.fetchTo('notification', { timeoutMs }) }).internal[
      'personal-data'
    ],
  }
  return {
    async personalData(section, keyset) {
      const { app, item } = exportSections[section]
      // Each service takes its own sections only, which the types of five of them together cannot say.
      const answer = sources[app].$post({ json: { ...keyset, section } as never })
      const { items, next } = await read(answer, personalDataInternal[app].output)
      return { items: z.array(item).parse(items) as ExportItem<typeof section>[], next }
    },
    async postRefs(ids) {
      const { items } = await read(post.internal.posts.refs.$post({ json: { ids } }), postInternal.refs.output)
      return items
    },
    async importPost(imported) {
      const answer = post.internal.posts.imported.$post({ json: imported })
      return (await read(answer, postInternal.imported.output)).outcome
    },
    async freshness({ id: userId, sessionId }) {
      const answer = auth.internal.sessions.freshness.$post({ json: { userId, sessionId } })
      return (await read(answer, authInternal.freshness.output)).freshness
    },
  }
}
