import { onlineManager, QueryClient, type QueryKey } from '@tanstack/react-query'

// It believes in a line until it hears that there is none: where the app is opened without one, it would not see it come back.
onlineManager.setOnline((navigator as Partial<Navigator>).onLine ?? true)

export const queryClient = new QueryClient({
  defaultOptions: {
    // The client tries again by itself; what is offline is said instead of waited for.
    queries: {
      retry: false,
      networkMode: 'always',
      staleTime: 30_000,
      gcTime: 30 * 60_000,
      refetchOnWindowFocus: false,
      // Off by itself under 'always'.
      refetchOnReconnect: true,
    },
    mutations: { retry: false, networkMode: 'always' },
  },
})

/**
 * Asks again for what is on screen because it has changed. What is on its way for the first time, which `invalidateQueries`
 * leaves alone, may have been read before the change: it is asked for once more when it is there. What failed stays so.
 */
export function refresh(queryKey: QueryKey): Promise<void> {
  for (const query of queryClient.getQueryCache().findAll({ queryKey, fetchStatus: 'fetching' })) {
    if (query.state.data !== undefined) continue
    void query.promise?.then(
      () => queryClient.invalidateQueries({ queryKey: query.queryKey, exact: true }),
      () => {},
    )
  }
  return queryClient.invalidateQueries({ queryKey, predicate: ({ state }) => state.data !== undefined })
}
