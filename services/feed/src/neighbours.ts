import { postInternal, userInternal, type PostApi, type UserApi } from '@daguerre/contracts'
import { type Dapr, read } from '@daguerre/kit/dapr'
import { hc } from 'hono/client'
import type { FanOutDeps } from './feed/fan-out-post.ts'
import type { ReadHomeFeedDeps } from './feed/read-home-feed.ts'
import type { TimelineSources } from './timeline/rebuild-timeline.ts'

const followersPage = 5_000
const followingPage = 5_000

export type Neighbours = TimelineSources &
  Pick<FanOutDeps, 'followers'> &
  Pick<ReadHomeFeedDeps, 'present' | 'pagePosts'>

/** What feed asks of user and post, each in bulk through the sidecar. */
export function createNeighbours(dapr: Pick<Dapr, 'fetchTo'>): Neighbours {
  // Without them there is no page at all, so they are asked twice.
  const user = hc<UserApi>('http://invoke', { fetch: dapr.fetchTo('user', { tries: 2 }) })
  const post = hc<PostApi>('http://invoke', { fetch: dapr.fetchTo('post', { tries: 2 }) })
  return {
    following: (userId, after) =>
      read(
        user.internal.following.$post({ json: { userId, after, limit: followingPage } }),
        userInternal.following.output,
      ),
    followers: (userId, after) =>
      read(
        user.internal.followers.$post({ json: { userId, after, limit: followersPage } }),
        userInternal.followers.output,
      ),
    async postsByAuthors(authorIds, before, limit) {
      const answer = post.internal.posts['by-authors'].$post({ json: { authorIds, before, limit } })
      const { items } = await read(answer, postInternal.byAuthors.output)
      return items.map(({ id, authorId }) => ({ postId: id, authorId }))
    },
    present: (ids, viewerId) =>
      read(post.internal.posts.present.$post({ json: { ids, viewerId } }), postInternal.present.output),
    pagePosts: (query) => read(post.internal.posts.page.$post({ json: query }), postInternal.page.output),
  }
}
