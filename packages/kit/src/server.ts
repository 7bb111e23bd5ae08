import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { BaseConfig } from './config.ts'
import { asProblem, startDraining } from './http.ts'
import type { Logger } from './log.ts'
import { collectProcessMetrics } from './metrics.ts'
import { problemBody } from './problem.ts'

export type RunningServer = {
  readonly port: number
  /** Drains and closes everything, in order; resolves when done. Signals call it too. */
  stop(): Promise<void>
}

/**
 * Listens on HOST:APP_PORT and ends in order on SIGTERM or SIGINT: `/readyz` turns 503, for SHUTDOWN_LINGER_SECONDS all are
 * still served and told to close their connection; then no new connections, requests in work get `graceMs`, and each of
 * `close` runs, one after the other (jobs and relay first, stores last).
 * An error that nobody catches is logged and ends the process with 1: its state is not known any more.
 */
export async function serve(options: {
  app: { fetch: (request: Request, ...rest: never[]) => Response | Promise<Response> }
  config: Pick<BaseConfig, 'APP_ID' | 'HOST' | 'APP_PORT' | 'PUBLIC_URL' | 'SHUTDOWN_LINGER_SECONDS'>
  log: Logger
  onReady?: (port: number) => void | Promise<void>
  close?: (() => unknown)[]
  /** How long requests in work may take after the signal; 10 s by default. */
  graceMs?: number
  /** Whether to listen to signals and end the process; true by default, false in tests. */
  ownsProcess?: boolean
}): Promise<RunningServer> {
  const { app, config, log, graceMs = 10_000, ownsProcess = true } = options
  collectProcessMetrics(config.APP_ID)

  const listener = getRequestListener(app.fetch as never, {
    errorHandler: (error) => answerFor(error, config.PUBLIC_URL, log),
  })
  const server = createServer(
    {
      // A client that sends its headers byte by byte holds a socket: Slowloris.
      headersTimeout: 10_000,
      // Node looks every half minute if not told otherwise, whatever the limits are.
      connectionsCheckingInterval: 2_000,
      // Uploads of 50 MB over slow lines need minutes; smaller bodies are limited by their size.
      requestTimeout: 300_000,
      // Longer than the 60 s that balancers and Go's transports keep idle connections, so that they close first.
      keepAliveTimeout: 65_000,
    },
    (incoming, outgoing) => void listener(incoming, outgoing),
  )
  server.maxHeadersCount = 100
  // An idle one costs 10 kB and a file; stores and neighbours must not be the first to find none left.
  server.maxConnections = 16_000

  const unanswered = new Set<ServerResponse>()
  let draining = false
  // Before the adaptor's own listener: Node writes the header by this when the answer begins, streamed or not.
  server.prependListener('request', (_request, response) => {
    if (draining) response.shouldKeepAlive = false
    unanswered.add(response)
    response.once('close', () => unanswered.delete(response))
  })

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(config.APP_PORT, config.HOST, () => resolve())
  })
  const { port } = server.address() as AddressInfo

  let stopping: Promise<void> | undefined
  function stop(): Promise<void> {
    stopping ??= shutDown()
    return stopping
  }

  async function shutDown(): Promise<void> {
    log.info('draining')
    startDraining(app)
    draining = true
    for (const response of unanswered) response.shouldKeepAlive = false
    // Balancers need time to see it, and clients to let go of connections: who closes one first sends no request into it.
    const lingerMs = config.SHUTDOWN_LINGER_SECONDS * 1000
    if (lingerMs > 0) await new Promise((resolve) => setTimeout(resolve, lingerMs))
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeIdleConnections()
    // Connections in keep-alive become idle one by one; streams never do, so they are cut at the end of the grace.
    const idle = setInterval(() => server.closeIdleConnections(), 100)
    const cut = setTimeout(() => {
      log.warn({ graceMs }, 'requests were still in work and are cut off')
      server.closeAllConnections()
    }, graceMs)
    await closed
    clearInterval(idle)
    clearTimeout(cut)
    for (const close of options.close ?? []) {
      try {
        await close()
      } catch (error) {
        log.error({ err: error }, 'closing failed')
      }
    }
    log.info('stopped')
  }

  if (ownsProcess) {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        void stop().then(() => process.exit(0))
      })
    }
    exitOnUncaught(log)
  }
  log.info({ host: config.HOST, port }, 'listening')
  await options.onReady?.(port)
  return { port, stop }
}

/** The answer to what never came to the app, or was not answered by it. */
function answerFor(error: unknown, publicUrl: string, log: Logger): Response {
  const shown = asProblem(error)
  if (shown.status >= 500) log.error({ err: error }, 'request failed')
  return Response.json(problemBody(shown, { publicUrl }), {
    status: shown.status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
  })
}

/** Logs an error that nobody caught and ends the process with 1. Call it first in main.ts; `serve` does it too. */
export function exitOnUncaught(log: Logger): void {
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', die)
  process.removeAllListeners('uncaughtException').on('uncaughtException', die)

  function die(error: unknown): void {
    log.fatal({ err: error }, 'uncaught')
    log.flush()
    process.exit(1)
  }
}
