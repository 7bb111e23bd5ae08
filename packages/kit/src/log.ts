import { type DestinationStream, type Logger, pino, stdSerializers, stdTimeFunctions } from 'pino'
import { currentContext } from './context.ts'

export type { Logger } from 'pino'

const secrets = new Set([
  'authorization',
  'cookie',
  'set-cookie',
  'password',
  'currentpassword',
  'newpassword',
  'token',
  'refreshtoken',
  'accesstoken',
  'secret',
  'dapr-api-token',
  'x-daguerre-trusted-token',
  'idempotency-key',
  'email',
  'newemail',
  'envelope',
  'recipient',
  'rejected',
])

const deepest = 8

// pino's own redaction copies every line and looks for every path: it cost more than all else about a request.
function redact(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Error) return value
  if (depth >= deepest) return '[too deep]'
  let copy: Record<string, unknown> | unknown[] | undefined
  for (const key of Object.keys(value)) {
    const before = (value as Record<string, unknown>)[key]
    const after = secrets.has(key.toLowerCase()) ? '[redacted]' : redact(before, depth + 1)
    if (after === before) continue
    copy ??= Array.isArray(value) ? [...value] : { ...value }
    ;(copy as Record<string, unknown>)[key] = after
  }
  return copy ?? value
}

// What stands in the texts of errors: mail servers name addresses, drivers the URL they dialled, clients what they sent.
const secretsInTexts: [RegExp, string][] = [
  [/[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[a-z\d-]{1,63}\.)+[a-z]{2,63}/gi, '[address]'],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[token]'],
  [/\b(bearer|basic) +[\w~+/.-]+=*/gi, '$1 [redacted]'],
  [/([a-z][a-z\d+.-]{0,20}:\/\/[^\s/:@]{0,64}:)[^\s/@]+@/gi, '$1[redacted]@'],
  [/([?&#](?:token|code|sig|secret|key)=)[^&\s"']+/gi, '$1[redacted]'],
]

/** A text without what looks like a mail address, a token or a password in a URL. */
function scrub(text: string): string {
  return secretsInTexts.reduce((scrubbed, [pattern, replacement]) => scrubbed.replace(pattern, replacement), text)
}

function scrubAll(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return scrub(value)
  if (typeof value !== 'object' || value === null || depth >= deepest) return value
  if (Array.isArray(value)) return value.map((item) => scrubAll(item, depth + 1))
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, scrubAll(inner, depth + 1)]))
}

function describeError(error: Error): unknown {
  const described = stdSerializers.err(error) as unknown as Record<string, unknown>
  // PostgreSQL's detail quotes the row.
  if (typeof described !== 'object' || described === null) return described
  return scrubAll(redact('severity' in described ? { ...described, detail: '[redacted]' } : described))
}

function redactObject(value: object): Record<string, unknown> {
  return redact(value) as Record<string, unknown>
}

/**
 * A JSON logger on standard output. Lines carry `service`, and `requestId`, `traceId` and `spanId` of the
 * work they belong to. Values under names of secrets, in whatever case and depth, are replaced by `[redacted]`; so is what looks
 * like an address, a token or a password in the texts of `err`.
 * @param destination for tests; standard output by default
 */
export function createLogger(options: { service: string; level?: string }, destination?: DestinationStream): Logger {
  const logger = pino(
    {
      level: options.level ?? 'info',
      base: { service: options.service },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: redactObject },
      serializers: { err: describeError },
      mixin() {
        const context = currentContext()
        if (!context) return {}
        return {
          ...(context.requestId !== undefined && { requestId: context.requestId }),
          ...(context.span && { traceId: context.span.traceId, spanId: context.span.spanId }),
        }
      },
    },
    ...(destination ? [destination] : []),
  )
  // What a child is bound to goes past the formatter; children inherit this from their parent.
  // oxlint-disable-next-line typescript/unbound-method -- it is called with the `this` of the caller
  const { child } = logger
  logger.child = function redactedChild(this: Logger, bindings: object, ...rest: [never]) {
    return child.call(this, redactObject(bindings), ...rest)
  } as typeof child
  return logger
}

/** A logger that says nothing, for tests. */
export function silentLogger(): Logger {
  return pino({ level: 'silent' })
}
