import { dehydrate, type DehydratedState, hydrate } from '@tanstack/react-query'
import { isHead } from '../features/feed/queries.ts'
import { snapshotKey as key } from '../device/names.ts'
import { queryClient } from './query-client.ts'
import { storage } from './storage.ts'

const version = 1
const maxAgeMs = 3 * 86_400_000
const maxLength = 1_500_000
const kept = new Set(['feed', 'post', 'person', 'me'])

interface Snapshot {
  version: number
  viewerId: string | null
  at: number
  state: DehydratedState
}

/** Puts back what was last seen, so that a reload or the next visit begins with pictures. */
export function restoreSnapshot(viewerId: string | null): void {
  try {
    const snapshot = storage.read<Snapshot>(key)
    if (!snapshot || snapshot.version !== version || snapshot.viewerId !== viewerId) return
    if (Date.now() - snapshot.at < maxAgeMs) hydrate(queryClient, snapshot.state)
  } catch {
    forgetSnapshot()
  }
}

/** Keeps what is on screen whenever the page may go. */
export function keepSnapshots(viewerId: () => string | null): void {
  addEventListener('pagehide', keep)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') keep()
  })
  function keep(): void {
    const state = dehydrate(queryClient, {
      shouldDehydrateQuery: ({ state, queryKey }) =>
        state.status === 'success' && kept.has(String(queryKey[0])) && !isHead(queryKey),
      shouldDehydrateMutation: () => false,
    })
    const queries = newestThatFit(state.queries)
    storage.write(key, {
      version,
      viewerId: viewerId(),
      at: Date.now(),
      state: { ...state, queries },
    } satisfies Snapshot)
  }
}

/** What was asked for last is what somebody comes back to. */
function newestThatFit(queries: DehydratedState['queries']): DehydratedState['queries'] {
  let length = 0
  return queries
    .toSorted((a, b) => b.state.dataUpdatedAt - a.state.dataUpdatedAt)
    .filter((query) => (length += JSON.stringify(query).length) <= maxLength)
}

export function forgetSnapshot(): void {
  storage.set(key, null)
}
