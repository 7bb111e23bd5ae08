import { type UserApi, userInternal } from '@daguerre/contracts'
import { read } from '@daguerre/kit/dapr'
import type { hc } from 'hono/client'
import type { HydrationSources } from './hydrate-posts.ts'

/** What user says for copies, by its client. */
export function userSources(user: ReturnType<typeof hc<UserApi>>): Pick<HydrationSources, 'people' | 'relations'> {
  return {
    async people(ids) {
      const answer = user.internal.people.$post({ json: { ids } })
      const { items, versions = [], accounts = [] } = await read(answer, userInternal.people.output)
      return items.map((person, index) => ({
        person,
        version: versions[index] ?? 0,
        account: accounts[index] ?? 'open',
      }))
    },

    async relations(viewerId, ids) {
      const answer = user.internal.relations.$post({ json: { viewerId, ids } })
      const { items } = await read(answer, userInternal.relations.output)
      return items.map(({ userId, relation, isBlocked, isCloseFriend }) => ({
        userId,
        isBlocked,
        isCloseFriend,
        isMuted: relation.muted,
        follows: relation.following,
        isFollowedBy: relation.followedBy,
      }))
    },
  }
}
