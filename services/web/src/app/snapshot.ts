import { dehydrate, type DehydratedState, hydrate } from '@tanstack/react-query'
import { isHead } from '../features/feed/queries.ts'
import { queryClient } from './query-client.ts'

const key = 'daguerre.snapshot'
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
    const snapshot = JSON.parse(localStorage.getItem(key) ?? 'null') as Snapshot | null
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
    try {
      const state = dehydrate(queryClient, {
        shouldDehydrateQuery: ({ state, queryKey }) =>
          state.status === 'success' && kept.has(String(queryKey[0])) && !isHead(queryKey),
        shouldDehydrateMutation: () => false,
      })
      const snapshot: Snapshot = { version, viewerId: viewerId(), at: Date.now(), state }
      const text = JSON.stringify(snapshot)
      if (text.length <= maxLength) localStorage.setItem(key, text)
    } catch {
      // Storage is full or forbidden: the next visit asks the server.
    }
  }
}

export function forgetSnapshot(): void {
  try {
    localStorage.removeItem(key)
  } catch {
    // Nothing was kept then either.
  }
}
