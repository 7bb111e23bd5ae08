import { useQuery, type UseInfiniteQueryResult } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import type { Post } from '../../app/cache.ts'
import { queryClient } from '../../app/query-client.ts'
import { freshPosts, refreshed, renewed } from './fresh.ts'
import type { Feed, PostPages } from './queries.ts'

/** What has come since a list was asked for. `show` begins the list anew with it. */
export function useFresh(
  feed: Feed,
  { data, isSuccess }: Pick<UseInfiniteQueryResult<PostPages>, 'data' | 'isSuccess'>,
): { fresh: Post[]; show: () => void } {
  const { data: head } = useQuery({ ...feed.head, enabled: isSuccess })

  useEffect(() => {
    if (!head) return
    const { queryKey } = feed.list
    const updatedAt = queryClient.getQueryState(queryKey)?.dataUpdatedAt
    queryClient.setQueryData<PostPages>(
      queryKey,
      // Where nothing is, nothing can jump.
      (data) => data && (data.pages.some(({ items }) => items.length > 0) ? refreshed(data, head) : renewed(head)),
      updatedAt === undefined ? {} : { updatedAt },
    )
  }, [feed, head])

  async function begin(): Promise<void> {
    if (!head) return
    // The next page, if it is under way, belongs to the list as it was.
    await queryClient.cancelQueries({ queryKey: feed.list.queryKey, exact: true })
    queryClient.setQueryData<PostPages>(feed.list.queryKey, renewed(head))
    scrollTo({ top: 0 })
  }

  const fresh = useMemo(() => freshPosts(data, head), [data, head])
  return { fresh, show: () => void begin() }
}
