import type { Logger } from './log.ts'
import { waitingFor } from './trouble.ts'

export type Start = {
  /** For `checks` of `createHttpApp`: fails, with the reason of the last try, until it is done. */
  check: () => Promise<void>
  /** Ends the tries and waits for the one in work. */
  stop(): Promise<void>
}

/**
 * Does in the background what a service needs of a store before it can work, however long that is away: at once, and again
 * after 0.2 to 5 s until it succeeds. So it listens from the beginning, and is ready when the store is.
 */
export function startWhenReachable(options: { name: string; run: () => Promise<unknown>; log: Logger }): Start {
  const { name, run, log } = options
  const trouble = waitingFor(name, log)
  const stopping = Promise.withResolvers<void>()
  let state: 'trying' | 'done' | 'stopped' = 'trying'
  let failure: unknown = new Error(`${name}: not yet`)

  async function attempt(): Promise<void> {
    for (let tries = 0; state === 'trying'; tries += 1) {
      try {
        await run()
        state = 'done'
        trouble.worked()
      } catch (error) {
        failure = error
        trouble.failed(error)
        await pause(Math.min(5000, 200 * 2 ** Math.min(tries, 5)) * (0.75 + Math.random() / 4))
      }
    }
  }

  async function pause(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    await Promise.race([stopping.promise, new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))])
    clearTimeout(timer)
  }

  const running = attempt()
  return {
    async check() {
      if (state !== 'done') throw failure
    },
    async stop() {
      if (state === 'trying') state = 'stopped'
      stopping.resolve()
      await running
    },
  }
}
