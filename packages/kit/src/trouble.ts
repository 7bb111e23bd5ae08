import type { Logger } from './log.ts'

const reasons: readonly (readonly [RegExp, string])[] = [
  [/\bECONNREFUSED\b/, 'refuses connections'],
  [/\b(ENOTFOUND|EAI_AGAIN)\b/, 'has a name that nobody knows'],
  [/\b(EHOSTUNREACH|ENETUNREACH)\b/, 'cannot be reached'],
  // PostgreSQL's classes 28, 3D and so on; MongoDB's 18; what Redis begins its answers with
  [/^(28\w{3}|18) |^\S* (WRONGPASS|NOAUTH)\b/, 'does not let this user in'],
  [/^3D000 /, 'has no such database'],
  [/^57P03 /, 'is starting or ending'],
  [/^53300 /, 'has no connection left'],
  [/\b(ETIMEDOUT|UND_ERR_\w*TIMEOUT)\b|timed?[ -]?out|timeout/i, 'does not answer in time'],
  [/\b(ECONNRESET|EPIPE|UND_ERR_SOCKET)\b|^(08\w{3}|57P\w{2}) |Connection terminated/, 'broke the connection'],
  [/: not yet$/, 'has not answered yet'],
  [/Stream isn't writeable|Connection is closed/, 'is not connected'],
]

/**
 * Why a store or the sidecar cannot be used, to go on after its name: `refuses connections`. Of the error no text is taken,
 * only what is known by it and otherwise its code, so that no secret is in it.
 */
export function reasonOf(error: unknown): string {
  let known = 'failed'
  for (let current = error, depth = 0; current instanceof Error && depth < 6; current = current.cause, depth += 1) {
    const { code, status } = current as { code?: unknown; status?: unknown }
    const text = `${typeof code === 'string' || typeof code === 'number' ? code : ''} ${current.message}`
    const found = reasons.find(([pattern]) => pattern.test(text))
    if (found) return found[1]
    if (typeof status === 'number' && status > 0) known = `answered with status ${status}`
    else if (typeof code === 'string') known = `failed (${code})`
  }
  return known
}

export type Trouble = {
  /** Says it, unless the same was said less than `everyMs` ago. */
  failed(error: unknown): void
  /** Says that it is over, if there was any. */
  worked(): void
}

/** Tells of something that fails again and again without filling the log: at first, and then every `everyMs` (10 s). */
export function createTrouble(options: {
  say: (error: unknown) => void
  over?: () => void
  everyMs?: number
}): Trouble {
  const { say, over, everyMs = 10_000 } = options
  let last: { reason: string; at: number } | undefined
  return {
    failed(error) {
      const at = performance.now()
      const reason = `${reasonOf(error)} ${error instanceof Error ? error.name : ''}`
      if (last?.reason === reason && at - last.at < everyMs) return
      last = { reason, at }
      say(error)
    },
    worked() {
      if (last) over?.()
      last = undefined
    },
  }
}

/** The same for a store or the sidecar that somebody waits for: a warning with the reason, and a line when it is there. */
export function waitingFor(name: string, log: Logger): Trouble {
  return createTrouble({
    say: (err) =>
      log.warn({ err, waitingFor: name, reason: reasonOf(err) }, `waiting for ${name}: it ${reasonOf(err)}`),
    over: () => log.info({ waitingFor: name }, `${name} is there`),
  })
}

/** Tells of a client's lost and regained connections; a client of ioredis tries again by itself, every two seconds or so. */
export function watchConnection(
  client: { on(event: 'error' | 'ready', listener: (error?: unknown) => void): unknown },
  { name, log }: { name: string; log: Logger },
): void {
  const trouble = waitingFor(name, log)
  client.on('error', (error) => trouble.failed(error))
  client.on('ready', () => trouble.worked())
}
