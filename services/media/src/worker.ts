import type { Logger } from '@daguerre/kit/log'
import { counter, gauge, histogram } from '@daguerre/kit/metrics'
import type { EntityManager } from '@daguerre/kit/postgres'
import { inSpan } from '@daguerre/kit/telemetry'
import { ImageRefused } from './image/failure.ts'
import { type Claim, claimMedia, finishFailed, finishReady, releaseMedia, renewLease } from './media/claim-media.ts'
import { processMedia } from './media/process-media.ts'
import { type Storage, StorageUnavailable } from './storage.ts'

export type Worker = {
  /** Looks at the queue now. */
  wake(): void
  /** Takes nothing new, lets the work at hand end within the grace, and gives back to the queue what has not. */
  stop(): Promise<void>
}

export type WorkerOptions = {
  forkEm: () => EntityManager
  storage: Storage
  log: Logger
  /** Photos worked on at once. */
  concurrency: number
  leaseSeconds: number
  /** How often it looks when nobody wakes it, 1000 ms by default. */
  pollMs?: number
  /** First pause after S3 did not answer, doubled up to 30 s; 1000 ms by default. */
  pauseMs?: number
  /** How long `stop` waits for the work at hand, 8000 ms by default. */
  graceMs?: number
}

const maxAttempts = 3
const longestPauseMs = 30_000

/** Works through the queue of photos; several of them, in several processes, share it. */
export function startWorker(options: WorkerOptions): Worker {
  const { forkEm, storage, log, concurrency, leaseSeconds, pollMs = 1000, pauseMs = 1000, graceMs = 8000 } = options
  const outcomes = counter('media_processed_total', 'Photos that have been worked on', ['outcome'])
  const seconds = histogram(
    'media_processing_seconds',
    'Time to make the variants of a photo',
    [],
    [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  )
  const busy = gauge('media_in_work', 'Photos that this process works on')

  const stopping = new AbortController()
  const active = new Map<Claim, AbortController>()
  let pulse = Promise.withResolvers<void>()
  let troubles = 0

  async function slot(): Promise<void> {
    while (!stopping.signal.aborted) {
      // Taken before the look, so that a wake during it is not lost.
      const { promise } = pulse
      try {
        const claim = await claimMedia({ em: forkEm() }, leaseSeconds)
        if (claim) await work(claim)
        else await sleep(pollMs, promise)
        troubles = 0
      } catch (error) {
        if (stopping.signal.aborted) return
        const waitMs = Math.min(longestPauseMs, pauseMs * 2 ** troubles) * (0.5 + Math.random() / 2)
        troubles += 1
        log.warn({ err: error, waitMs: Math.round(waitMs) }, 'the queue of photos pauses')
        await sleep(waitMs)
      }
    }
  }

  /** Ends one attempt. @throws what concerns all photos: S3 or the database is away */
  async function work(claim: Claim): Promise<void> {
    const abort = new AbortController()
    active.set(claim, abort)
    busy.set(active.size)
    let renewed = Promise.resolve()
    const renewal = setInterval(
      () => {
        renewed = renew(claim, abort)
      },
      (leaseSeconds * 1000) / 3,
    )
    const startedAt = performance.now()
    let outcome = 'lost'
    try {
      outcome = await inSpan('process media', { kind: 'internal', root: true }, () => attempt(claim, abort.signal))
    } finally {
      clearInterval(renewal)
      // Whoever waits for the end closes the database next, and a pool that hands out a connection meanwhile never ends.
      await renewed
      active.delete(claim)
      busy.set(active.size)
      outcomes.inc({ outcome })
      seconds.observe((performance.now() - startedAt) / 1000)
    }
  }

  async function attempt(claim: Claim, signal: AbortSignal): Promise<string> {
    const mediaId = claim.id
    if (claim.attempts > maxAttempts) {
      log.error({ mediaId, attempts: claim.attempts }, 'a photo has ended its workers too often')
      return (await finishFailed({ em: forkEm() }, claim, 'processing_failed')) ? 'failed' : 'lost'
    }
    try {
      const ready = await processMedia({ storage, signal }, mediaId)
      return (await finishReady({ em: forkEm() }, claim, ready)) ? 'ready' : 'lost'
    } catch (error) {
      if (signal.aborted) return 'lost'
      if (error instanceof ImageRefused) {
        log.info({ mediaId, reason: error.reason, err: error.cause }, 'a photo cannot be used')
        return (await finishFailed({ em: forkEm() }, claim, error.reason)) ? 'failed' : 'lost'
      }
      if (error instanceof StorageUnavailable) {
        await releaseMedia({ em: forkEm() }, claim, { delaySeconds: 1, counts: false })
        throw error
      }
      log.error({ err: error, mediaId, attempts: claim.attempts }, 'a photo could not be processed')
      if (claim.attempts >= maxAttempts) {
        return (await finishFailed({ em: forkEm() }, claim, 'processing_failed')) ? 'failed' : 'lost'
      }
      await releaseMedia({ em: forkEm() }, claim, { delaySeconds: 2 ** claim.attempts, counts: true })
      return 'again'
    }
  }

  async function renew(claim: Claim, abort: AbortController): Promise<void> {
    try {
      if (!(await renewLease({ em: forkEm() }, claim, leaseSeconds))) abort.abort(new Error('the lease is lost'))
    } catch (error) {
      log.warn({ err: error, mediaId: claim.id }, 'a lease could not be renewed')
    }
  }

  async function sleep(ms: number, woken?: Promise<void>): Promise<void> {
    if (stopping.signal.aborted) return
    const over = Promise.withResolvers<void>()
    const timer = setTimeout(over.resolve, ms)
    stopping.signal.addEventListener('abort', () => over.resolve(), { once: true })
    await Promise.race(woken ? [over.promise, woken] : [over.promise])
    clearTimeout(timer)
  }

  const slots = Array.from({ length: concurrency }, slot)
  return {
    wake() {
      pulse.resolve()
      pulse = Promise.withResolvers()
    },
    async stop() {
      stopping.abort()
      let timer: NodeJS.Timeout | undefined
      const grace = new Promise((resolve) => {
        timer = setTimeout(resolve, graceMs)
      })
      await Promise.race([Promise.all(slots), grace])
      clearTimeout(timer)
      for (const [claim, abort] of active) {
        abort.abort(new Error('the process ends'))
        await releaseMedia({ em: forkEm() }, claim, { delaySeconds: 0, counts: false })
      }
    },
  }
}
