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
  'idempotency-key',
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

function redactObject(value: object): Record<string, unknown> {
  return redact(value) as Record<string, unknown>
}

/**
 * A JSON logger on standard output. Lines carry `service`, and `requestId`, `traceId` and `spanId` of the
 * work they belong to. Values under names of secrets, in whatever case and depth, are replaced by `[redacted]`.
 * @param destination for tests; standard output by default
 */
export function createLogger(options: { service: string; level?: string }, destination?: DestinationStream): Logger {
  const logger = pino(
    {
      level: options.level ?? 'info',
      base: { service: options.service },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: redactObject },
      serializers: { err: (error: Error) => redact(stdSerializers.err(error)) },
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
