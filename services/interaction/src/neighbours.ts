import {
  type HeldBy,
  type PersonShort,
  type PostApi,
  postInternal,
  type Relation,
  type Speakers,
  type UserApi,
  userInternal,
} from '@daguerre/contracts'
import type { HydrationSources } from '@daguerre/copies/hydrate-posts'
import { userSources } from '@daguerre/copies/user-sources'
import { type Dapr, read } from '@daguerre/kit/dapr'
import { hc } from 'hono/client'
import type { PostRef } from './posts/store-post.ts'

/** Who wrote these posts and whether they are still there. @throws NeighbourError */
export type LoadPostRefs = (ids: string[]) => Promise<PostRef[]>

/** People by id, and by username those whom `mentionedBy` may mention. @throws NeighbourError */
export type LoadPeople = (wanted: {
  ids?: string[]
  usernames?: string[]
  mentionedBy?: string
}) => Promise<PersonShort[]>

/** How the viewer and these people stand to each other, by user id, and who they are. @throws NeighbourError */
export type LoadRelations = (
  viewerId: string,
  ids: string[],
) => Promise<{ relations: Map<string, Relation>; people: PersonShort[] }>

export interface Judgement {
  heldBy: HeldBy | null
  /** Who may comment there, if the writer may not. */
  onlyFor: Speakers | null
}

/** What the authors of the posts have set about each of these comments, in their order. @throws NeighbourError */
export type Judge = (comments: { writerId: string; authorId: string; text: string }[]) => Promise<Judgement[]>

export interface Neighbours extends Pick<HydrationSources, 'documents' | 'people' | 'relations'> {
  loadPostRefs: LoadPostRefs
  loadPeople: LoadPeople
  loadRelations: LoadRelations
  judge: Judge
}

/** What this service asks of others, each in bulk and through the sidecar. */
export function createNeighbours(dapr: Pick<Dapr, 'fetchTo'>): Neighbours {
  const post = hc<PostApi>('http://invoke', { fetch: dapr.fetchTo('post') })
  const user = hc<UserApi>('http://invoke', { fetch: dapr.fetchTo('user', { timeoutMs: 1000 }) })
  return {
    ...userSources(user),
    async loadPostRefs(ids) {
      const answer = await read(post.internal.posts.refs.$post({ json: { ids } }), postInternal.refs.output)
      return answer.items
    },
    async documents(ids) {
      const answer = await read(post.internal.posts.documents.$post({ json: { ids } }), postInternal.documents.output)
      return answer.items
    },
    async loadPeople(wanted) {
      const answer = await read(user.internal.people.$post({ json: wanted }), userInternal.people.output)
      return answer.items
    },
    async judge(comments) {
      const answer = user.internal.judgements.$post({ json: { comments } })
      const { heldBy, onlyFor = [] } = await read(answer, userInternal.judgements.output)
      return heldBy.map((held, index) => ({ heldBy: held, onlyFor: onlyFor[index] ?? null }))
    },
    async loadRelations(viewerId, ids) {
      const answer = await read(
        user.internal.relations.$post({ json: { viewerId, ids, withPeople: true } }),
        userInternal.relations.output,
      )
      return {
        relations: new Map(answer.items.map((item) => [item.userId, item.relation])),
        people: answer.people ?? [],
      }
    },
  }
}
