// @vitest-environment happy-dom
import { QueryObserver } from '@tanstack/react-query'
import { afterEach, expect, test, vi } from 'vitest'
import { homeFeed } from '../features/feed/queries.ts'
import { client } from './client.ts'
import { queryClient } from './query-client.ts'
import { keepSnapshots, restoreSnapshot } from './snapshot.ts'

afterEach(() => {
  queryClient.clear()
  localStorage.clear()
  vi.restoreAllMocks()
})

const page = { items: [], nextCursor: null }

/** The page goes, and another one begins with what it kept. */
function reload(viewerId: string | null = 'louise'): void {
  keepSnapshots(() => 'louise')
  dispatchEvent(new Event('pagehide'))
  queryClient.clear()
  restoreSnapshot(viewerId)
}

test('a page that is loaded again has its list, and asks at once what is new in it', async () => {
  const ask = vi.spyOn(client, 'get').mockResolvedValue(page)
  await queryClient.prefetchInfiniteQuery(homeFeed.list)
  // The first page of a list is what its head would be told: it is not asked for twice.
  const before = new QueryObserver(queryClient, { ...homeFeed.head, refetchInterval: false }).subscribe(() => {})
  expect(ask).toHaveBeenCalledTimes(1)
  before()
  reload()
  await queryClient.prefetchInfiniteQuery(homeFeed.list)
  expect(queryClient.getQueryData(homeFeed.list.queryKey)?.pages).toEqual([page])
  expect(ask).toHaveBeenCalledTimes(1)
  const after = new QueryObserver(queryClient, { ...homeFeed.head, refetchInterval: false }).subscribe(() => {})
  expect(ask).toHaveBeenCalledTimes(2)
  after()
})

test('what one person saw is not shown to another', () => {
  queryClient.setQueryData(['post', '1'], { id: '1' })
  reload('nadar')
  expect(queryClient.getQueryData(['post', '1'])).toBeUndefined()
  queryClient.setQueryData(['post', '1'], { id: '1' })
  queryClient.setQueryData(['notifications', 'unread'], { count: 1 })
  reload()
  expect(queryClient.getQueryData(['post', '1'])).toEqual({ id: '1' })
  expect(queryClient.getQueryData(['notifications', 'unread'])).toBeUndefined()
})

test('of more than fits, what was asked for last is kept', () => {
  for (let at = 1; at <= 4; at++) {
    queryClient.setQueryData(
      ['post', String(at)],
      { caption: 'x'.repeat(600_000) },
      { updatedAt: Date.now() - 10_000 * at },
    )
  }
  reload()
  const kept = [1, 2, 3, 4].filter((at) => queryClient.getQueryData(['post', String(at)]) !== undefined)
  expect(kept).toEqual([1, 2])
})
