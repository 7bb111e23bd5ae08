import { type PersonShort, PersonShort as PersonShortSchema, userInternal, type UserApi } from '@daguerre/contracts'
import { userSources } from '@daguerre/copies/user-sources'
import { createCache } from '@daguerre/kit/cache'
import { type Dapr, read } from '@daguerre/kit/dapr'
import type { Logger } from '@daguerre/kit/log'
import { hc } from 'hono/client'

const followersPage = 1_000

export type Neighbours = ReturnType<typeof createNeighbours>

/** What notification asks of user, in bulk through the sidecar; summaries of people through the cache. */
export function createNeighbours({ dapr, log }: { dapr: Dapr; log: Logger }) {
  const user = hc<UserApi>('http://invoke', { fetch: dapr.fetchTo('user') })

  async function people(query: { ids?: string[]; usernames?: string[]; mentionedBy?: string }): Promise<PersonShort[]> {
    const { items } = await read(user.internal.people.$post({ json: query }), userInternal.people.output)
    return items
  }

  return {
    hydration: userSources(user),
    people: createCache<PersonShort>({
      name: 'people',
      dapr,
      log,
      schema: PersonShortSchema,
      load: async (ids) => new Map((await people({ ids })).map((person) => [person.id, person])),
    }),
    followers: (userId: string, after: string | null) =>
      read(
        user.internal.followers.$post({ json: { userId, after, limit: followersPage } }),
        userInternal.followers.output,
      ),
    async closeFriends(userId: string): Promise<Set<string>> {
      const answer = user.internal['close-friends'].$post({ json: { userId } })
      return new Set((await read(answer, userInternal.closeFriends.output)).ids)
    },
    async idsByUsername(usernames: string[], mentionedBy: string): Promise<Map<string, string>> {
      return new Map((await people({ usernames, mentionedBy })).map((person) => [person.username, person.id]))
    },
  }
}
