// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from 'vitest'
import { queryClient } from '../../app/query-client.ts'
import { heed } from './heed.ts'
import { type Filter, type Notification, notificationList, unreadCount } from './queries.ts'

function notification(id: string, kind: Notification['kind'] = 'liked', postId: string | null = 'p'): Notification {
  const at = '2026-11-25T12:00:00Z'
  const post = postId === null ? null : { id: postId, thumbnailUrl: null }
  return {
    id,
    kind,
    actors: [],
    actorCount: 1,
    post,
    comment: null,
    act: null,
    read: false,
    createdAt: at,
    updatedAt: at,
  }
}

function show(filter: Filter | null, ...items: Notification[]): void {
  queryClient.setQueryData(notificationList(filter).queryKey, {
    pages: [{ items, nextCursor: null }],
    pageParams: [null],
  })
}

function shown(filter: Filter | null): string[] | undefined {
  const pages = queryClient.getQueryData(notificationList(filter).queryKey)?.pages
  return pages?.flatMap(({ items }) => items.map(({ id }) => id))
}

beforeEach(() => queryClient.clear())

test('a group that grows moves up, and is there once', () => {
  show(null, notification('a'), notification('b'))
  heed({ type: 'notification', id: '1', data: { notification: notification('b'), unread: 2 } })
  expect(shown(null)).toEqual(['b', 'a'])
  expect(queryClient.getQueryData(unreadCount.queryKey)).toEqual({ count: 2 })
})

test('a list of one kind hears of that kind only', () => {
  show('likes', notification('a'))
  show('comments')
  heed({ type: 'notification', id: '1', data: { notification: notification('r', 'replied'), unread: 1 } })
  expect([shown('likes'), shown('comments')]).toEqual([['a'], ['r']])
  // A list that nobody looked at is not begun in the middle.
  expect(shown('follows')).toBeUndefined()
})

test('what was taken back goes', () => {
  show(null, notification('a'), notification('b'))
  heed({ type: 'removed', id: '2', data: { id: 'a', unread: 0 } })
  expect(shown(null)).toEqual(['b'])
})

test('what it is about is asked for again', () => {
  const ask = vi.spyOn(queryClient, 'invalidateQueries')
  heed({ type: 'notification', id: '1', data: { notification: notification('c', 'commented'), unread: 1 } })
  expect(ask.mock.calls.map(([filters]) => filters?.queryKey)).toEqual([
    ['post', 'p'],
    ['comments', 'p'],
  ])
  ask.mockClear()
  heed({ type: 'notification', id: '4', data: { notification: notification('d', 'posted', 'q'), unread: 1 } })
  expect(ask.mock.calls.map(([filters]) => filters?.queryKey)).toEqual([['feed', 'home', 'head']])
  ask.mockClear()
  heed({ type: 'hello', id: '2', data: { unread: 1 } })
  expect(ask).not.toHaveBeenCalled()
  heed({ type: 'hello', id: '3', data: { unread: 4 } })
  expect(ask.mock.calls.map(([filters]) => filters?.queryKey)).toEqual([['notifications', 'list']])
})

test('a request, and one that may be over, have the list of requests asked for again; an accepted one all that is of that person', () => {
  const ask = vi.spyOn(queryClient, 'invalidateQueries').mockClear()
  heed({ type: 'notification', id: '1', data: { notification: notification('r', 'requested', null), unread: 1 } })
  heed({ type: 'removed', id: '2', data: { id: 'r', unread: 0 } })
  expect(ask.mock.calls.map(([filters]) => filters?.queryKey)).toEqual([['own'], ['own']])
  ask.mockClear()
  const louise = { id: 'l', username: 'louise', displayName: 'Louise', avatar: null }
  const accepted = { ...notification('a', 'accepted', null), actors: [louise] }
  heed({ type: 'notification', id: '3', data: { notification: accepted, unread: 1 } })
  expect(ask.mock.calls.map(([filters]) => filters?.queryKey)).toEqual([
    ['person'],
    ['feed', 'home', 'head'],
    ['feed', 'person', 'louise'],
  ])
})
