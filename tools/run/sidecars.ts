import { join } from 'node:path'
import { stringify } from 'yaml'
import { daprdSpec, type ProcessSpec, type Sentry } from '../provision/index.ts'
import { secret } from '../provision/secrets.ts'
import { type Home, writeAtomically } from './home.ts'
import type { Instance } from './instances.ts'
import type { Manifest } from './manifest.ts'
import type { Stores } from './stores.ts'

export type Broker = 'redis' | 'kafka'

/** What an app and its sidecar show each other; the same for all instances of an app. */
export interface Tokens {
  app: string
  sidecar: string
}

export async function tokensOf(home: Home, appId: string): Promise<Tokens> {
  return { app: await secret(home.path, `${appId}.app-token`), sidecar: await secret(home.path, `${appId}.dapr-token`) }
}

/**
 * What only this machine knows is laid over components/configuration: where names are found and traces go.
 * Returns the file's path.
 */
export function writeLocalConfiguration(home: Home, shell: NodeJS.ProcessEnv): string {
  const path = join(home.run, 'configuration.yaml')
  const configuration = {
    apiVersion: 'dapr.io/v1alpha1',
    kind: 'Configuration',
    metadata: { name: 'local' },
    spec: {
      nameResolution: {
        component: 'sqlite',
        version: 'v1',
        // A name is good for the interval, in whole seconds, and renewed when all but the time limit of a statement has passed. With the
        // default limit of 1 s that is as late as 10 ms before its end: on a busy disk the app was not found for a moment.
        configuration: { connectionString: join(home.run, 'names.db'), updateInterval: '6s', timeout: '3s' },
      },
      tracing: tracing(shell),
      metrics: { enabled: true, http: { increasedCardinality: false } },
    },
  }
  writeAtomically(path, stringify(configuration))
  return path
}

/** A sidecar passes a trace on also where it reports none. */
function tracing(shell: NodeJS.ProcessEnv): object {
  const otlp = shell['OTEL_EXPORTER_OTLP_ENDPOINT']
  const zipkin = shell['OTEL_EXPORTER_ZIPKIN_ENDPOINT']
  const samplingRate = shell['OTEL_TRACES_SAMPLER_ARG'] || '1'
  if (otlp) {
    const { protocol, host, port } = new URL(otlp)
    const isSecure = protocol === 'https:'
    return { samplingRate, otel: { endpointAddress: host, isSecure, protocol: port === '4317' ? 'grpc' : 'http' } }
  }
  return zipkin ? { samplingRate, zipkin: { endpointAddress: zipkin } } : { samplingRate }
}

export async function sidecarSpec(options: {
  home: Home
  manifest: Manifest
  instance: Instance & { sidecar: NonNullable<Instance['sidecar']> }
  daprd: string
  sentry: Sentry
  configuration: string
  broker: Broker
  stores: Stores
}): Promise<ProcessSpec> {
  const { home, manifest, instance, broker, stores } = options
  const { app, sidecar } = instance
  const tokens = await tokensOf(home, app.id)
  const spec = daprdSpec({
    daprd: options.daprd,
    sentry: options.sentry,
    name: sidecar.name,
    appId: app.id,
    appPort: instance.port,
    httpPort: sidecar.httpPort,
    grpcPort: sidecar.grpcPort,
    internalGrpcPort: sidecar.internalGrpcPort,
    metricsPort: sidecar.metricsPort,
    configFiles: [app.sidecar?.configFile ?? '', options.configuration].filter(Boolean),
    resourcesPaths: manifest.resourcesPaths.map((path) => path.replace(/(?<=[\\/]pubsub-)redis$/, broker)),
    logLevel: manifest.logLevel as 'warn',
    maxBodySize: manifest.maxBodySize,
    apiToken: tokens.sidecar,
    appApiToken: tokens.app,
    gracefulShutdownSeconds: 5,
    env: sidecarEnvironment(stores),
  })
  return { ...spec, args: [...spec.args, ...manifest.sidecarArgs] }
}

/** What the components ask for by `envRef` and by the secret store, and Go's limits of memory. */
export function sidecarEnvironment({ broker, cache, kafka }: Stores): Record<string, string> {
  return {
    ...redisEnvironment('CACHE', cache?.url),
    ...(kafka ? { KAFKA_BROKERS: kafka.url } : redisEnvironment('BROKER', broker?.url)),
    GOMEMLIMIT: '96MiB',
    GOGC: '50',
  }
}

function redisEnvironment(prefix: string, text = 'redis://127.0.0.1'): Record<string, string> {
  const url = new URL(text)
  return {
    [`${prefix}_REDIS_HOST`]: `${url.hostname}:${url.port || '6379'}`,
    [`${prefix}_REDIS_TLS`]: String(url.protocol === 'rediss:'),
    [`${prefix}_REDIS_USERNAME`]: decodeURIComponent(url.username),
    [`${prefix}_REDIS_PASSWORD`]: decodeURIComponent(url.password),
  }
}
