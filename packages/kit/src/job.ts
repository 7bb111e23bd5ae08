import type { Logger } from './log.ts'
import { counter } from './metrics.ts'
import { inSpan } from './telemetry.ts'
import { createTrouble } from './trouble.ts'

export type Job = {
  /** Runs it now, unless it runs; resolves when that run is over. Errors are logged, not thrown. */
  trigger(): Promise<void>
  /** Stops the timer, asks a run in work to end by `signal`, and waits for it. */
  stop(): Promise<void>
}

/**
 * Runs `run` about every `everyMs` milliseconds (±10 % so that replicas do not march in step), never twice at once
 * in this process. A run that throws is tried again at the next turn, and logged, if it was not just before.
 */
export function startJob(options: {
  name: string
  everyMs: number
  run: (signal: AbortSignal) => Promise<unknown>
  log: Logger
}): Job {
  const { name, everyMs, run, log } = options
  const failures = counter('job_failures_total', 'Runs of background jobs that failed', ['job'])
  const trouble = createTrouble({ say: (err) => log.error({ err, job: name }, 'job failed') })
  const abort = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined

  async function once(): Promise<void> {
    try {
      await inSpan(`job ${name}`, { kind: 'internal', root: true }, () => run(abort.signal))
      trouble.worked()
    } catch (error) {
      if (abort.signal.aborted) return
      failures.inc({ job: name })
      trouble.failed(error)
    }
  }

  function trigger(): Promise<void> {
    if (abort.signal.aborted) return Promise.resolve()
    clearTimeout(timer)
    running ??= once().finally(() => {
      running = undefined
      schedule()
    })
    return running
  }

  function schedule(): void {
    if (abort.signal.aborted) return
    clearTimeout(timer)
    timer = setTimeout(() => void trigger(), everyMs * (0.9 + Math.random() * 0.2))
  }

  schedule()
  return {
    trigger,
    async stop() {
      abort.abort()
      clearTimeout(timer)
      await running
    },
  }
}
