import { z } from 'zod'
import { type BaseConfig, tokenIssuer } from './config.ts'
import { createDapr, type Dapr, read } from './dapr.ts'
import { startJob } from './job.ts'
import { createLogger, type Logger } from './log.ts'
import { exitOnUncaught } from './server.ts'
import { startTelemetry } from './telemetry.ts'
import { createTokenVerifier, type JsonWebKeySet, type TokenVerifier } from './tokens.ts'

export type Service = {
  log: Logger
  dapr: Dapr
  /** Verifies access tokens by the keys of `auth`. */
  verifier: TokenVerifier
  /** For `serve`, last of all: what was opened here. */
  close: (() => unknown)[]
}

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) })

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
  // Its first turn comes when sidecars that started together have found each other.
  const keys = startJob({ name: 'token-keys', everyMs: 15_000, run: () => verifier.refresh(), log })
  return { log, dapr, verifier, close: [() => keys.stop(), () => dapr.close(), stopTelemetry] }
}
