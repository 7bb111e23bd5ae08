import type { components } from '@daguerre/client'
import { type InfiniteData, infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { Post } from '../../app/cache.ts'
import { client } from '../../app/client.ts'
import { byCursor, pageOf } from '../../app/paging.ts'
import { queryClient } from '../../app/query-client.ts'
import { gridPageSize, listPageSize } from './page-sizes.ts'

export type PostPage = components['schemas']['PostPage']
export type PostPages = InfiniteData<PostPage>
export type Feed = ReturnType<typeof feed>

type Ask = (query: { limit: number; cursor?: string }, signal: AbortSignal) => Promise<PostPage>

const headWord = 'head'

/** Whether it tells what is new in a feed. That is not kept: a page that is loaded again asks for it at once. */
export function isHead(queryKey: readonly unknown[]): boolean {
  return queryKey[0] === 'feed' && queryKey.at(-1) === headWord
}

/**
 * A list of posts, and its first page by itself. The list is never asked for again as a whole, as that would move what
 * somebody looks at: what is new is seen by its head, which is asked for again and again.
 */
function feed(key: readonly string[], limit: number, ask: Ask) {
  const queryKey = ['feed', ...key]
  const headKey = [...queryKey, headWord]
  return {
    list: infiniteQueryOptions({
      queryKey,
      queryFn: async ({ pageParam, signal }) => {
        const page = await ask(pageOf(limit, pageParam), signal)
        if (pageParam === null) queryClient.setQueryData(headKey, page)
        return page
      },
      ...byCursor,
      staleTime: Infinity,
    }),
    head: queryOptions({
      queryKey: headKey,
      queryFn: ({ signal }) => ask({ limit }, signal),
      staleTime: 20_000,
      refetchInterval: 60_000,
      refetchOnWindowFocus: true,
      refetchOnReconnect: 'always',
    }),
  }
}

/** Posts of those whom the viewer follows, and own ones. */
export const homeFeed = feed(['home'], listPageSize, (query, signal) =>
  client.get('/api/v1/feed/home', { params: { query }, signal }),
)

/** Everybody's newest posts. */
export const globalFeed = feed(['global'], listPageSize, (query, signal) =>
  client.get('/api/v1/feed', { params: { query }, signal }),
)

/** What others like now, in larger portions. */
export const exploreFeed = feed(['explore'], gridPageSize, (query, signal) =>
  client.get('/api/v1/feed/explore', { params: { query }, signal }),
)

export const savedFeed = feed(['saved'], gridPageSize, (query, signal) =>
  client.get('/api/v1/users/me/saved', { params: { query }, signal }),
)

export function personFeed(username: string): Feed {
  return feed(['person', username], gridPageSize, (query, signal) =>
    client.get('/api/v1/users/{id}/posts', { params: { path: { id: username }, query }, signal }),
  )
}

export function tagFeed(tag: string): Feed {
  return feed(['tag', tag], gridPageSize, (query, signal) =>
    client.get('/api/v1/tags/{tag}/posts', { params: { path: { tag }, query }, signal }),
  )
}

/** All posts that are loaded, each once: what was posted in between pushes others onto the next page. */
export function postsOf(data: PostPages | undefined): Post[] {
  const posts = new Map<string, Post>()
  for (const page of data?.pages ?? []) for (const post of page.items) if (!posts.has(post.id)) posts.set(post.id, post)
  return [...posts.values()]
}
