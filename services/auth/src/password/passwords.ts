import { hash, parseOptions, verify } from '@node-rs/argon2'
import { problem } from '@daguerre/kit/problem'

/** OWASP's recommendation for argon2id (memory in KiB). */
export const owaspParameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

export type PasswordParameters = typeof owaspParameters

export interface Passwords {
  /** The PHC string to store. @throws Problem 503 `auth.busy` when too many wait */
  hash(password: string): Promise<string>
  /**
   * Whether the password is that of the hash. Without a hash it does the same work and says no, so that time does not
   * tell whether an account exists. `outdated`: right, but hashed with other parameters than today's.
   * @throws Problem 503 `auth.busy` when too many wait
   */
  verify(stored: string | null, password: string): Promise<{ right: boolean; outdated: boolean }>
}

/**
 * Hashes and verifies passwords by argon2id, `concurrency` at once: each takes `memoryCost` KiB and a thread, so a rush
 * of sign-ins must wait rather than take all memory. Who would wait behind `queueLength` others is told to come again.
 */
export async function createPasswords(options: {
  concurrency: number
  queueLength: number
  parameters?: PasswordParameters
}): Promise<Passwords> {
  const parameters = options.parameters ?? owaspParameters
  const waiting: (() => void)[] = []
  let running = 0

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running < options.concurrency) running++
    else {
      if (waiting.length >= options.queueLength) {
        throw problem(503, 'auth.busy', 'Too many people sign in at the moment. Try again.', {
          headers: { 'retry-after': '2' },
        })
      }
      // The one who leaves hands on the turn, so `running` stays as it is.
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }

  // Of a password that nobody knows.
  const nobody = await hash(crypto.getRandomValues(new Uint8Array(32)), parameters)

  return {
    hash: (password) => inTurn(() => hash(password, parameters)),
    verify: (stored, password) =>
      inTurn(async () => {
        const right = (await verify(stored ?? nobody, password)) && stored !== null
        return { right, outdated: right && isOutdated(stored ?? nobody, parameters) }
      }),
  }
}

function isOutdated(stored: string, parameters: PasswordParameters): boolean {
  const { memoryCost, timeCost, parallelism } = parseOptions(stored)
  return (
    memoryCost !== parameters.memoryCost || timeCost !== parameters.timeCost || parallelism !== parameters.parallelism
  )
}
