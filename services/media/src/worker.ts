import { NeighbourError } from '@daguerre/kit/neighbour'
import type { Logger } from '@daguerre/kit/log'
import { counter, gauge, histogram } from '@daguerre/kit/metrics'
import type { EntityManager } from '@daguerre/kit/postgres'
import { inSpan } from '@daguerre/kit/telemetry'
import type { Claim, Leases } from './leases.ts'
import { Refused } from './refused.ts'
import { StorageUnavailable } from './storage.ts'

export type Worker = {
  /** Looks at the queue now. */
  wake(): void
  /** Takes nothing new, lets the work at hand end within the grace, and gives back to the queue what has not. */
  stop(): Promise<void>
}

/** Rows that wait for one kind of work, and the work. */
export type Queue<Held extends Claim, Reason extends string = string> = Leases<Held> & {
  /** What is worked on, for the log. */
  name: string
  metrics: {
    outcomes: { name: string; help: string }
    seconds: { name: string; help: string }
    busy: { name: string; help: string }
  }
  /** Owners of whom nothing is taken up now. @param held what this worker has already */
  passOver?(held: readonly Held[]): string[]
  /**
   * Does the work and writes what came of it. @returns the outcome, undefined if the lease is lost
   * @throws Refused for good; StorageUnavailable, NeighbourError for now; anything else counts as an attempt
   */
  run(claim: Held, signal: AbortSignal): Promise<string | undefined>
  /** Writes that it will never be done. @returns false if the lease is lost */
  fail(deps: { em: EntityManager }, claim: Held, reason: Reason): Promise<boolean>
  /** What an owner is told when the last attempt ended with this error, and whether it is one that is expected. */
  reasonOf(error: unknown): { reason: Reason; isExpected: boolean }
  /** Pause after so many attempts. */
  delaySeconds(attempts: number): number
}

export type WorkerOptions = {
  forkEm: () => EntityManager
  log: Logger
  /** How many are worked on at once. */
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

/** Works through a queue; several of them, in several processes, share it. */
export function startWorker<Held extends Claim, Reason extends string>(
  queue: Queue<Held, Reason>,
  options: WorkerOptions,
): Worker {
  const { forkEm, log, concurrency, leaseSeconds, pollMs = 1000, pauseMs = 1000, graceMs = 8000 } = options
  const { metrics } = queue
  const outcomes = counter(metrics.outcomes.name, metrics.outcomes.help, ['outcome'])
  const seconds = histogram(metrics.seconds.name, metrics.seconds.help, [], [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60])
  const busy = gauge(metrics.busy.name, metrics.busy.help)

  const stopping = new AbortController()
  const active = new Map<Held, AbortController>()
  let claiming: Promise<unknown> = Promise.resolve()
  let pulse = Promise.withResolvers<void>()
  let troubles = 0

  async function slot(): Promise<void> {
    while (!stopping.signal.aborted) {
      // Taken before the look, so that a wake during it is not lost.
      const { promise } = pulse
      try {
        const claim = await claimNext()
        if (claim) await work(claim)
        else await sleep(pollMs, promise)
        troubles = 0
      } catch (error) {
        if (stopping.signal.aborted) return
        const waitMs = Math.min(longestPauseMs, pauseMs * 2 ** troubles) * (0.5 + Math.random() / 2)
        troubles += 1
        log.warn({ err: error, waitMs: Math.round(waitMs) }, `the queue of ${queue.name} pauses`)
        await sleep(waitMs)
      }
    }
  }

  /** One slot after the other, so that each knows what the others hold. */
  function claimNext(): Promise<Held | undefined> {
    const next = claiming.then(async () => {
      const claim = await queue.claim({ em: forkEm() }, leaseSeconds, queue.passOver?.([...active.keys()]))
      if (claim) active.set(claim, new AbortController())
      return claim
    })
    claiming = next.catch(() => {})
    return next
  }

  /** Ends one attempt. @throws what concerns all: S3, the database or a neighbour is away */
  async function work(claim: Held): Promise<void> {
    const abort = active.get(claim)!
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
      outcome = await inSpan(`work on ${queue.name}`, { kind: 'internal', root: true }, () =>
        attempt(claim, abort.signal),
      )
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

  async function attempt(claim: Held, signal: AbortSignal): Promise<string> {
    const about = { id: claim.id, attempts: claim.attempts, queue: queue.name }
    if (claim.attempts > maxAttempts) {
      log.error(about, 'it has ended its workers too often')
      return fail(claim, queue.reasonOf(undefined).reason)
    }
    try {
      return (await queue.run(claim, signal)) ?? 'lost'
    } catch (error) {
      if (signal.aborted) return 'lost'
      if (error instanceof Refused) {
        log.info({ ...about, reason: error.reason, err: error.cause }, 'it cannot be used')
        return fail(claim, error.reason as Reason)
      }
      if (error instanceof StorageUnavailable || (error instanceof NeighbourError && error.retryable)) {
        await queue.release({ em: forkEm() }, claim, { delaySeconds: 1, counts: false })
        throw error
      }
      const { reason, isExpected } = queue.reasonOf(error)
      log[isExpected ? 'info' : 'error']({ ...about, err: error }, 'an attempt has failed')
      if (claim.attempts >= maxAttempts) return fail(claim, reason)
      const delaySeconds = queue.delaySeconds(claim.attempts)
      await queue.release({ em: forkEm() }, claim, { delaySeconds, counts: true })
      return 'again'
    }
  }

  async function fail(claim: Held, reason: Reason): Promise<string> {
    return (await queue.fail({ em: forkEm() }, claim, reason)) ? 'failed' : 'lost'
  }

  async function renew(claim: Held, abort: AbortController): Promise<void> {
    try {
      if (!(await queue.renew({ em: forkEm() }, claim, leaseSeconds))) abort.abort(new Error('the lease is lost'))
    } catch (error) {
      log.warn({ err: error, id: claim.id, queue: queue.name }, 'a lease could not be renewed')
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
        await queue.release({ em: forkEm() }, claim, { delaySeconds: 0, counts: false })
      }
    },
  }
}
