// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from 'vitest'
import { client } from '../../app/client.ts'
import { queryClient } from '../../app/query-client.ts'
import { type Notification, notificationList, unreadCount } from './queries.ts'
import { markRead } from './read.ts'

function notification(id: string, read = false): Notification {
  const at = '2026-11-25T12:00:00Z'
  return {
    id,
    kind: 'liked',
    actors: [],
    actorCount: 1,
    post: null,
    comment: null,
    act: null,
    read,
    createdAt: at,
    updatedAt: at,
  }
}

beforeEach(() => {
  queryClient.clear()
  vi.spyOn(client, 'post').mockReset().mockResolvedValue(undefined)
})

test('one that is read counts no more, also where only a list of its kind was looked at', () => {
  const likes = notificationList('likes').queryKey
  queryClient.setQueryData(likes, {
    pages: [{ items: [notification('a'), notification('b')], nextCursor: null }],
    pageParams: [null],
  })
  queryClient.setQueryData(unreadCount.queryKey, { count: 5 })
  markRead(notification('a'))
  expect(queryClient.getQueryData(likes)?.pages[0]?.items.map(({ read }) => read)).toEqual([true, false])
  expect(queryClient.getQueryData(unreadCount.queryKey)).toEqual({ count: 4 })
})

test('what was read already is not told again', () => {
  queryClient.setQueryData(unreadCount.queryKey, { count: 5 })
  markRead(notification('a', true))
  expect(client.post).not.toHaveBeenCalled()
  expect(queryClient.getQueryData(unreadCount.queryKey)).toEqual({ count: 5 })
})
