import { useCallback, useSyncExternalStore } from 'react'

/** Seconds until a moment, counted down by the clock; null where there is none. */
export function useSecondsUntil(until: number | null): number | null {
  return useSyncExternalStore(
    useCallback(
      (listener) => {
        if (until === null) return () => {}
        const timer = setInterval(listener, 1_000)
        return () => clearInterval(timer)
      },
      [until],
    ),
    () => (until === null ? null : Math.max(0, Math.ceil((until - Date.now()) / 1_000))),
  )
}
