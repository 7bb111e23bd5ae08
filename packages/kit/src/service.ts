import { z } from 'zod'
import { type BaseConfig, tokenIssuer } from './config.ts'
import { createDapr, type Dapr, read } from './dapr.ts'
import type { ReadinessChecks } from './http.ts'
import { createLogger, type Logger } from './log.ts'
import { exitOnUncaught } from './server.ts'
import { startTelemetry } from './telemetry.ts'
import { createTokenVerifier, type JsonWebKeySet, type TokenVerifier } from './tokens.ts'

export type Service = {
  log: Logger
  dapr: Dapr
  /** Verifies access tokens by the keys of `auth`. */
  verifier: TokenVerifier
  /** The sidecar answers, and tokens can be verified: who is ready needs auth no more. Without auth that is waited for a while only. */
  checks: ReadinessChecks
  /** For `serve`, last of all: what was opened here. */
  close: (() => unknown)[]
}

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) })

const keysPatienceMs = 20_000

export type ServiceOptions = {
  /** Where the keys of access tokens come from: from `auth`, through the sidecar, for all but auth. */
  loadJwks?: () => Promise<JsonWebKeySet>
}

/** What every service with a sidecar begins with: log, telemetry, sidecar, verifier of tokens. */
export async function openService(config: BaseConfig, options: ServiceOptions = {}): Promise<Service> {
  const log = createLogger({ service: config.APP_ID, level: config.LOG_LEVEL })
  exitOnUncaught(log)
  const stopTelemetry = await startTelemetry({
    service: config.APP_ID,
    otlpEndpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
    zipkinEndpoint: config.OTEL_EXPORTER_ZIPKIN_ENDPOINT,
    sampleRatio: config.OTEL_TRACES_SAMPLER_ARG,
  })
  const dapr = createDapr({ config })
  const ask = dapr.fetchTo('auth')
  function askAuth(): Promise<JsonWebKeySet> {
    const headers = { 'content-type': 'application/json' }
    return read(ask('http://invoke/internal/jwks', { method: 'POST', headers, body: '{}' }), keySet)
  }
  const verifier = createTokenVerifier({
    issuer: tokenIssuer(config),
    audience: config.TOKEN_AUDIENCE,
    loadJwks: options.loadJwks ?? askAuth,
  })
  const openedAt = performance.now()
  async function keys(): Promise<void> {
    try {
      await verifier.ready()
    } catch (error) {
      // Without auth there is much that anybody may read.
      if (performance.now() - openedAt < keysPatienceMs) throw error
    }
  }
  return {
    log,
    dapr,
    verifier,
    checks: { sidecar: () => dapr.healthy(), keys },
    close: [() => dapr.close(), stopTelemetry],
  }
}
