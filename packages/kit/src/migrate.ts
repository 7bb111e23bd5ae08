import type { z } from 'zod'
import { ConfigError, integer, readConfig } from './config.ts'
import { reasonOf } from './trouble.ts'

const migrateConfig = {
  /** How long a store that is away is waited for. */
  MIGRATE_WAIT_SECONDS: integer(0, 3600).default(60),
}

const sayEveryMs = 5000

/** What ends a migration in one sentence, which is the message. */
export class MigrateError extends Error {
  override readonly name = 'MigrateError'
}

/**
 * Runs a migrate.ts: prints `{ service, migrations }` as JSON, or one sentence on standard error and ends with 1.
 * @param migrate gets the configuration with MIGRATE_WAIT_SECONDS, and `say` for lines of progress; @returns what it did
 */
export async function migrateCommand<S extends z.ZodRawShape>(
  service: string,
  schema: z.ZodObject<S>,
  migrate: (
    config: z.infer<z.ZodObject<S & typeof migrateConfig>>,
    say: (line: string) => void,
  ) => Promise<readonly string[]>,
): Promise<void> {
  function say(line: string): void {
    console.error(`${service}: ${line}`)
  }
  try {
    const config = readConfig(schema.extend(migrateConfig))
    const migrations = await migrate(config as never, say)
    console.log(JSON.stringify({ service, migrations }))
  } catch (error) {
    const isKnown = error instanceof MigrateError || error instanceof ConfigError
    say(error instanceof Error ? (!isKnown && error.stack) || error.message : String(error))
    process.exitCode = 1
  }
}

/**
 * Asks until the store answers, and says every few seconds what it waits for. That it does not let us in, or does not have
 * the database yet, is waited for too: an operator may be about to make them.
 * @throws MigrateError after `seconds`
 */
export async function waitForStore(options: {
  name: string
  url: string
  seconds: number
  ask: () => Promise<unknown>
  say: (line: string) => void
}): Promise<void> {
  const { name, url, seconds, ask, say } = options
  const where = `${name} at ${hostsOf(url)}`
  const until = performance.now() + seconds * 1000
  let saidAt = Number.NEGATIVE_INFINITY
  for (;;) {
    try {
      await ask()
      return
    } catch (error) {
      const now = performance.now()
      if (now >= until) throw new MigrateError(`${where} ${reasonOf(error)}; waited ${seconds} s`)
      if (now - saidAt >= sayEveryMs) {
        saidAt = now
        say(`waiting for ${where}: it ${reasonOf(error)}`)
      }
      await new Promise((resolve) => setTimeout(resolve, Math.min(1000, until - now)))
    }
  }
}

/** Host and port of a URL, or several, without user and password. */
function hostsOf(url: string): string {
  return /^[^/]*\/\/(?:[^/?#]*@)?([^/?#]*)/.exec(url)?.[1] ?? ''
}
