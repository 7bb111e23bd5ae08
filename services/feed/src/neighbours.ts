import {
  interactionInternal,
  postInternal,
  userInternal,
  type InteractionApi,
  type PostApi,
  type UserApi,
} from '@daguerre/contracts'
import { type Dapr, read } from '@daguerre/kit/dapr'
import { hc } from 'hono/client'
import type { Candidate } from './candidates/candidate.ts'
import type { HydrationSources } from '@daguerre/copies/hydrate-posts'
import { userSources } from '@daguerre/copies/user-sources'
import type { DeliverDeps } from './timeline/deliver-post.ts'
import type { TimelineSources } from './timeline/rebuild-timeline.ts'

const followersPage = 5_000
const followingPage = 5_000

export type Neighbours = TimelineSources &
  Pick<DeliverDeps, 'followers'> &
  HydrationSources & { ranked(limit: number): Promise<Candidate[]> }

/** What feed asks of user, post and interaction, each in bulk through the sidecar. */
export function createNeighbours(dapr: Pick<Dapr, 'fetchTo'>): Neighbours {
  // Without post there is no page at all, and without user no timeline, so they are asked twice.
  const user = hc<UserApi>('http://invoke', { fetch: dapr.fetchTo('user', { tries: 2 }) })
  const post = hc<PostApi>('http://invoke', { fetch: dapr.fetchTo('post', { tries: 2 }) })
  const interaction = hc<InteractionApi>('http://invoke', { fetch: dapr.fetchTo('interaction') })
  return {
    ...userSources(user),

    following: (userId, after) =>
      read(
        user.internal.following.$post({ json: { userId, after, limit: followingPage } }),
        userInternal.following.output,
      ),

    followers: (userId, after, most) =>
      read(
        user.internal.followers.$post({ json: { userId, after, limit: followersPage, most } }),
        userInternal.followers.output,
      ),

    async postsByAuthors(authorIds, before, limit) {
      const answer = post.internal.posts['by-authors'].$post({ json: { authorIds, before, limit } })
      const { items } = await read(answer, postInternal.byAuthors.output)
      return items.map(({ id, authorId }) => ({ postId: id, authorId }))
    },

    async ranked(limit) {
      const { items } = await read(post.internal.posts.ranked.$post({ json: { limit } }), postInternal.ranked.output)
      return items.map(({ id, authorId }) => ({ postId: id, authorId }))
    },

    async documents(ids) {
      const answer = post.internal.posts.documents.$post({ json: { ids } })
      return (await read(answer, postInternal.documents.output)).items
    },

    async states(postIds, viewerId) {
      const answer = interaction.internal.posts.states.$post({ json: { postIds, viewerId } })
      const { items } = await read(answer, interactionInternal.states.output)
      return new Map(items.map(({ postId, ...state }) => [postId, state]))
    },
  }
}
