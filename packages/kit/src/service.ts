import { z } from 'zod'
import { type BaseConfig, tokenIssuer } from './config.ts'
import { createDapr, type Dapr, read } from './dapr.ts'
import { createLogger, type Logger } from './log.ts'
import { exitOnUncaught } from './server.ts'
import { startTelemetry } from './telemetry.ts'
import { createTokenVerifier, type TokenVerifier } from './tokens.ts'

export type Service = {
  log: Logger
  dapr: Dapr
  /** Verifies access tokens by the keys of the app `auth`, read through the sidecar. */
  verifier: TokenVerifier
  /** For `serve`, last of all: what was opened here. */
  close: (() => unknown)[]
}

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) })

/** What every service with a sidecar begins with: log, telemetry, sidecar, verifier of tokens. */
export async function openService(config: BaseConfig): Promise<Service> {
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
  const verifier = createTokenVerifier({
    issuer: tokenIssuer(config),
    audience: config.TOKEN_AUDIENCE,
    loadJwks: () =>
      read(
        ask('http://invoke/internal/jwks', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{}',
        }),
        keySet,
      ),
  })
  const closing = new AbortController()
  void verifier.warm(closing.signal)
  return { log, dapr, verifier, close: [() => closing.abort(), () => dapr.close(), stopTelemetry] }
}
