import type { components } from '@daguerre/client'
import { type InfiniteData, infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { client } from '../../app/client.ts'
import { byCursor, pageOf } from '../../app/paging.ts'

export type Comment = components['schemas']['Comment']
export type CommentPages = InfiniteData<{ items: Comment[]; nextCursor: string | null }>

/** First-level comments of a post, the newest first. */
export function commentsOf(postId: string) {
  return infiniteQueryOptions({
    queryKey: ['comments', postId],
    queryFn: ({ pageParam, signal }) =>
      client.get('/api/v1/posts/{id}/comments', {
        params: { path: { id: postId }, query: pageOf(20, pageParam) },
        signal,
      }),
    ...byCursor,
  })
}

/** What was answered to a comment, the oldest first. */
export function repliesTo({ id, postId }: Pick<Comment, 'id' | 'postId'>) {
  return infiniteQueryOptions({
    queryKey: ['comments', postId, 'replies', id],
    queryFn: ({ pageParam, signal }) =>
      client.get('/api/v1/comments/{id}/replies', {
        params: { path: { id }, query: pageOf(20, pageParam) },
        signal,
      }),
    ...byCursor,
  })
}

export function commentById(postId: string, id: string) {
  return queryOptions({
    queryKey: ['comments', postId, 'one', id],
    queryFn: ({ signal }) => client.get('/api/v1/comments/{id}', { params: { path: { id } }, signal }),
  })
}

/** What waits for the viewer below their posts, newest first. */
export const heldComments = infiniteQueryOptions({
  queryKey: ['comments', 'held'],
  queryFn: ({ pageParam, signal }) =>
    client.get('/api/v1/users/me/held-comments', { params: { query: pageOf(20, pageParam) }, signal }),
  ...byCursor,
  staleTime: 0,
})

/**
 * Whether the viewer may comment on a post that says nothing against it, and if not why. That comments are off it then says because it has not heard yet
 * that they are on again: it is asked once more, ever more seldom.
 */
export function commentingOn(postId: string) {
  return queryOptions({
    queryKey: ['commenting', postId],
    queryFn: ({ signal }) => client.get('/api/v1/posts/{id}/commenting', { params: { path: { id: postId } }, signal }),
    staleTime: 30_000,
    refetchInterval: ({ state: { data, dataUpdateCount } }) =>
      data?.reason === 'off' && Math.min(30_000, 250 * 2 ** dataUpdateCount),
  })
}
