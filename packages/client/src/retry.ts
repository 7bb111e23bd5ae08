import { ConnectionError, retryAfterSeconds } from './errors.ts'

export interface RetryPolicy {
  /** How often a request is sent again at most. */
  retries: number
  baseMs: number
  /** Longest pause. A server that asks for a longer one is not waited for: the caller gets its answer. */
  maxMs: number
}

export const defaultRetryPolicy: RetryPolicy = { retries: 3, baseMs: 400, maxMs: 8_000 }

const passing = new Set([502, 503, 504])

/**
 * Calls `attempt` until it answers with something lasting. What is not `repeatable` is sent again only where it certainly was
 * not carried out (429). @throws ConnectionError, or the reason of `signal`
 */
export async function withRetries(
  attempt: () => Promise<Response>,
  { repeatable, policy, signal }: { repeatable: boolean; policy: RetryPolicy; signal?: AbortSignal | null },
): Promise<Response> {
  for (let tries = 0; ; tries++) {
    let asked: number | null = null
    try {
      const response = await attempt()
      const again = response.status === 429 || (repeatable && (await isPassing(response)))
      asked = retryAfterSeconds(response.headers.get('retry-after'))
      if (!again || tries >= policy.retries || (asked ?? 0) * 1000 > policy.maxMs) return response
      await response.body?.cancel()
    } catch (error) {
      signal?.throwIfAborted()
      // Only what fetch throws means that no answer came.
      if (!(error instanceof TypeError)) throw error
      if (!repeatable || tries >= policy.retries) throw new ConnectionError(error)
    }
    await pause(pauseMs(tries, asked, policy), signal)
  }
}

async function isPassing(response: Response): Promise<boolean> {
  if (passing.has(response.status)) return true
  // The first of two equal requests is still being handled.
  return response.status === 409 && (await response.clone().text()).includes('"idempotency.in_progress"')
}

/** Full jitter: clients that failed together do not come back together. */
export function pauseMs(tries: number, askedSeconds: number | null, { baseMs, maxMs }: RetryPolicy): number {
  const jitter = Math.random() * Math.min(maxMs, baseMs * 2 ** tries)
  return askedSeconds === null ? jitter : askedSeconds * 1000 + jitter * 0.25
}

export function pause(ms: number, signal?: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error)
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', stop)
    function done(): void {
      signal?.removeEventListener('abort', stop)
      resolve()
    }
    function stop(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      reject(signal?.reason as Error)
    }
  })
}
