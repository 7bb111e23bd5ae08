import { onlineManager, QueryClient } from '@tanstack/react-query'

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
