import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { type Post, spreadPost } from '../../app/cache.ts'
import { client } from '../../app/client.ts'
import { byCursor, pageOf } from '../../app/paging.ts'
import { queryClient } from '../../app/query-client.ts'
import type { PostPage, PostPages } from '../feed/queries.ts'

export function postById(id: string) {
  return queryOptions({
    queryKey: ['post', id],
    queryFn: async ({ signal }) => {
      const post = await client.get('/api/v1/posts/{id}', { params: { path: { id } }, signal })
      spreadPost(post)
      return post
    },
    // What a list has of it is shown at once, and asked for anew.
    placeholderData: () => fromLists(id),
    // Its photos become ready by and by.
    refetchInterval: ({ state }) => (state.data?.state === 'processing' ? 2_000 : false),
  })
}

function fromLists(id: string): Post | undefined {
  for (const [, data] of queryClient.getQueriesData<PostPages | PostPage>({ queryKey: ['feed'] })) {
    const pages = data === undefined ? [] : 'pages' in data ? data.pages : [data]
    for (const page of pages) {
      const post = page.items.find((item) => item.id === id)
      if (post) return post
    }
  }
  return undefined
}

/** Who likes a post, the newest like first. */
export function likersOf(id: string) {
  return infiniteQueryOptions({
    queryKey: ['post', id, 'likes'],
    queryFn: ({ pageParam, signal }) =>
      client.get('/api/v1/posts/{id}/likes', {
        params: { path: { id }, query: pageOf(50, pageParam) },
        signal,
      }),
    ...byCursor,
  })
}
