import { waitFor } from '@daguerre/kit/testing'
import { vi } from 'vitest'

const timeoutMs = 20_000
const intervalMs = 50

/** Waits for what comes by way of events: the first result that is something. */
export function soon<Result>(what: string, look: () => Promise<Result>) {
  return waitFor(look, { what, timeoutMs, intervalMs })
}

/** Waits until these assertions hold; their last failure is the error. */
export function settled(assertions: () => Promise<unknown>): Promise<unknown> {
  return vi.waitFor(assertions, { timeout: timeoutMs, interval: intervalMs })
}
