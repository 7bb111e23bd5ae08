import { refresh } from './query-client.ts'

const pauseMs = 10_000
let renewedAt = -pauseMs

/** A photo that is not for everybody could not be had: its grant is over, and what is on screen is asked for with new ones. */
export function renewGrants(src: string): void {
  const now = performance.now()
  if (!src.includes('?grant=') || now - renewedAt < pauseMs) return
  renewedAt = now
  void refresh([])
}
