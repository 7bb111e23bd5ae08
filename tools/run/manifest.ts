import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import { Failure } from './failure.ts'
import { root } from './home.ts'

/** What dapr.yaml says, with paths made absolute. */
export interface Manifest {
  apps: App[]
  resourcesPaths: string[]
  /** Of every sidecar, as daprd spells them. */
  sidecarArgs: string[]
  logLevel: string
  maxBodySize: string
}

export interface App {
  id: string
  folder: string
  command: string[]
  env: Record<string, string>
  port: number
  /** null: it has none. */
  sidecar: Sidecar | null
}

export interface Sidecar {
  httpPort: number
  grpcPort: number
  internalGrpcPort: number
  metricsPort: number
  configFile: string
}

interface RunFile {
  common: {
    resourcesPaths: string[]
    enableAppHealthCheck?: boolean
    appHealthCheckPath?: string
    appHealthProbeInterval?: number
    appHealthProbeTimeout?: number
    appHealthThreshold?: number
    maxBodySize?: string
    logLevel?: string
    env: Record<string, unknown>
  }
  apps: {
    appID: string
    appDirPath: string
    appPort: number
    sidecar?: boolean
    daprHTTPPort: number
    daprGRPCPort: number
    daprInternalGRPCPort: number
    metricsPort: number
    configFilePath: string
    command: string[]
    env?: Record<string, unknown>
  }[]
}

export function readManifest(path = join(root, 'dapr.yaml')): Manifest {
  const { common, apps } = parse(readFileSync(path, 'utf8')) as RunFile
  return {
    apps: apps.map((app) => {
      const folder = resolve(root, app.appDirPath)
      return {
        id: app.appID,
        folder,
        command: app.command,
        env: mapValues({ ...common.env, ...app.env }, String),
        port: need(app.appID, 'appPort', app.appPort),
        sidecar:
          app.sidecar === false
            ? null
            : {
                httpPort: need(app.appID, 'daprHTTPPort', app.daprHTTPPort),
                grpcPort: need(app.appID, 'daprGRPCPort', app.daprGRPCPort),
                internalGrpcPort: need(app.appID, 'daprInternalGRPCPort', app.daprInternalGRPCPort),
                metricsPort: need(app.appID, 'metricsPort', app.metricsPort),
                configFile: resolve(folder, app.configFilePath),
              },
      }
    }),
    resourcesPaths: common.resourcesPaths.map((folder) => resolve(root, folder)),
    sidecarArgs: healthCheckArgs(common),
    logLevel: common.logLevel ?? 'warn',
    maxBodySize: common.maxBodySize ?? '4Mi',
  }
}

function need(app: string, key: string, value: unknown): number {
  if (typeof value === 'number') return value
  throw new Failure(`dapr.yaml: ${app} has no ${key}.`)
}

function healthCheckArgs(common: RunFile['common']): string[] {
  if (!common.enableAppHealthCheck) return []
  const values = {
    'app-health-check-path': common.appHealthCheckPath,
    'app-health-probe-interval': common.appHealthProbeInterval,
    'app-health-probe-timeout': common.appHealthProbeTimeout,
    'app-health-threshold': common.appHealthThreshold,
  }
  const given = Object.entries(values).filter(([, value]) => value !== undefined)
  return ['--enable-app-health-check', ...given.flatMap(([flag, value]) => [`--${flag}`, String(value)])]
}

function mapValues<In, Out>(record: Record<string, In>, change: (value: In) => Out): Record<string, Out> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))
}

const placeholder = /\$\{([A-Za-z][\w.]*)(?::-([^}]*))?\}/g

/** Names of the runner's own facts (`postgres.url`) that an app's environment asks for. */
export function factsOf(app: App): string[] {
  return Object.values(app.env).flatMap((text) =>
    [...text.matchAll(placeholder)].map((match) => match[1] ?? '').filter((name) => name.includes('.')),
  )
}

/** An app's environment with every ${…} filled in; an entry that nothing is known for is left out. */
export function fillEnvironment(
  app: App,
  facts: Record<string, string | undefined>,
  shell: NodeJS.ProcessEnv,
): Record<string, string> {
  const filled: Record<string, string> = {}
  for (const [name, text] of Object.entries(app.env)) {
    let unknown = false
    const value = text.replace(placeholder, (whole, key: string, fallback?: string) => {
      const known = key.includes('.') ? facts[key] : shell[key] || fallback
      if (known === undefined && key.includes('.')) {
        throw new Failure(`dapr.yaml: ${app.id} asks for ${whole}, which the runner does not know.`)
      }
      if (known === undefined) unknown = true
      return known ?? ''
    })
    if (!unknown) filled[name] = value
  }
  return filled
}
