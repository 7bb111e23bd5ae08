import { baseConfig, ConfigError, readConfig } from './config.ts'
import { z } from 'zod'

const usage = 'usage: node call.js METHOD PATH [JSON]'

/**
 * Asks the service in the same container, with the token of the application, as an operator does:
 * `kubectl exec deploy/daguerre-auth -c auth -- node dist/call.js POST /internal/keys/rotate '{}'`.
 * Prints the answer; with another status than 2xx that is said on standard error, and the exit code is 1.
 */
async function call([method, path, body]: string[]): Promise<number> {
  if (method === undefined || !path?.startsWith('/')) {
    console.error(usage)
    return 1
  }
  const { APP_PORT, APP_API_TOKEN } = baseConfig
  const config = readConfig(z.object({ APP_PORT, APP_API_TOKEN }))
  const response = await fetch(`http://127.0.0.1:${config.APP_PORT}${path}`, {
    method: method.toUpperCase(),
    headers: {
      'dapr-api-token': config.APP_API_TOKEN,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body }),
    signal: AbortSignal.timeout(60_000),
  })
  const text = await response.text()
  if (text !== '') console.log(text)
  if (!response.ok) console.error(`${response.status} ${response.statusText}`)
  return response.ok ? 0 : 1
}

try {
  process.exitCode = await call(process.argv.slice(2))
} catch (error) {
  const { message, cause } = error as Error
  console.error(error instanceof ConfigError || !(cause instanceof Error) ? message : `${message}: ${cause.message}`)
  process.exitCode = 1
}
