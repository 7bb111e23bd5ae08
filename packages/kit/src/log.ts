import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino'
import { currentContext } from './context.ts'

export type { Logger } from 'pino'

const secrets = [
  'authorization',
  'Authorization',
  'cookie',
  'set-cookie',
  'password',
  'currentPassword',
  'newPassword',
  'token',
  'refreshToken',
  'accessToken',
  'secret',
  'dapr-api-token',
  'idempotency-key',
]

// pino redacts by path, so each depth that log calls use is named; deeper things are not logged.
const paths = ['', '*.', '*.*.', '*.*.*.'].flatMap((prefix) =>
  secrets.map((name) => (name.includes('-') ? `${prefix.replace(/\.$/, '')}["${name}"]` : `${prefix}${name}`)),
)

/**
 * A JSON logger on standard output. Lines carry `service`, and `requestId`, `traceId` and `spanId` of the
 * work they belong to. Values under names of secrets are replaced by `[redacted]`, up to four levels deep.
 * @param destination for tests; standard output by default
 */
export function createLogger(options: { service: string; level?: string }, destination?: DestinationStream): Logger {
  return pino(
    {
      level: options.level ?? 'info',
      base: { service: options.service },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths, censor: '[redacted]' },
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
}

/** A logger that says nothing, for tests. */
export function silentLogger(): Logger {
  return pino({ level: 'silent' })
}
