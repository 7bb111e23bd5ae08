import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { cached, cacheRoot, contentKey, isCached, needSpace } from './cache.ts'
import { isExecutable, must, run, which } from './commands.ts'
import type { Sentry } from './sentry.ts'
import { ProvisionError, type ProcessSpec, type ProvisionContext } from './types.ts'

export const DAPR_VERSION = '1.18.2'
const MODULE = join(import.meta.dirname, '..', 'dapr')
const LINKER_FLAGS = [
  '-s -w',
  `-X github.com/dapr/dapr/pkg/buildinfo.version=${DAPR_VERSION}`,
  `-X github.com/dapr/kit/logger.DaprVersion=${DAPR_VERSION}`,
].join(' ')
const EXE = process.platform === 'win32' ? '.exe' : ''
const GIB = 2 ** 30

export interface DaprBinaries {
  daprd: string
  sentry: string
  version: string
  source: string
}

/**
 * Searches DAPRD, PATH, ~/.dapr/bin and the cache, then fetches the official release, then builds tools/dapr.
 * Takes a found daprd only of the minor version that the tests run with.
 */
export async function ensureDapr(ctx: ProvisionContext): Promise<DaprBinaries> {
  const found = await findDaprd(ctx)
  if (found === undefined) return await ownDapr(ctx)
  const sentry = findSentry(ctx, found.daprd)
  return { ...found, sentry: sentry ?? (await ownDapr(ctx)).sentry }
}

type Found = Omit<DaprBinaries, 'sentry'>

async function findDaprd(ctx: ProvisionContext): Promise<Found | undefined> {
  const named = ctx.env['DAPRD']
  if (named) {
    const version = await versionOf(named)
    if (version === undefined)
      throw new ProvisionError(`DAPRD is ${named}, which is not a daprd that runs: correct or unset it.`)
    return { daprd: named, version, source: 'DAPRD' }
  }
  for (const [source, path] of [
    ['PATH', which('daprd', ctx.env)],
    ['~/.dapr/bin', join(ctx.env['HOME'] || homedir(), '.dapr', 'bin', `daprd${EXE}`)],
  ] as const) {
    if (path === undefined || !isExecutable(path)) continue
    const version = await versionOf(path)
    if (version?.startsWith(`${DAPR_VERSION.split('.', 2).join('.')}.`)) return { daprd: path, version, source }
    ctx.report(`leaving ${path} aside: it is Dapr ${version ?? 'of an unknown version'}, wanted is ${DAPR_VERSION}`)
  }
  return undefined
}

function findSentry(ctx: ProvisionContext, daprd: string): string | undefined {
  const named = ctx.env['SENTRY']
  if (named) {
    if (isExecutable(named)) return named
    throw new ProvisionError(`SENTRY is ${named}, which is not a program: correct or unset it.`)
  }
  const beside = join(dirname(daprd), `sentry${EXE}`)
  return isExecutable(beside) ? beside : undefined
}

async function versionOf(daprd: string): Promise<string | undefined> {
  const result = await run(daprd, ['--version'], { timeoutMs: 10_000 })
  const version = result.stdout.trim()
  return result.code === 0 && version !== '' ? version : undefined
}

async function ownDapr(ctx: ProvisionContext): Promise<DaprBinaries> {
  const root = cacheRoot(ctx.env)
  const built = `dapr-${DAPR_VERSION}-${await moduleKey()}`
  const released = `dapr-${DAPR_VERSION}-release`
  const named = ctx.env['SENTRY'] ? findSentry(ctx, '') : undefined
  function inFolder(entry: string, source: string): DaprBinaries {
    return {
      daprd: join(root, entry, `daprd${EXE}`),
      sentry: named ?? join(root, entry, `sentry${EXE}`),
      version: DAPR_VERSION,
      source,
    }
  }
  if (isCached(root, built)) return inFolder(built, `tools/dapr ${DAPR_VERSION}`)
  if (isCached(root, released)) return inFolder(released, `official release ${DAPR_VERSION}`)

  // The release comes first although it cannot be had everywhere: it saves minutes where it can, and a
  // machine that cannot reach it says so within 3 s, once.
  const refusal = await downloadRelease(ctx, root, released)
  if (refusal === undefined) return inFolder(released, `official release ${DAPR_VERSION}`)
  await cached(root, built, (folder) => buildModule(ctx, folder, refusal), ctx.report)
  return inFolder(built, `tools/dapr ${DAPR_VERSION}`)
}

async function moduleKey(): Promise<string> {
  const names = (await readdir(MODULE, { recursive: true }))
    .filter((name) => /\.go$|go\.(mod|sum)$/.test(name))
    .toSorted()
  const files = await Promise.all(names.map((name) => readFile(join(MODULE, name))))
  return contentKey(process.platform, process.arch, LINKER_FLAGS, ...names, ...files)
}

async function buildModule(ctx: ProvisionContext, folder: string, refusal: string): Promise<void> {
  const go = await needGo(ctx, `Dapr could be neither found nor downloaded (${refusal})`)
  await needSpaceForGo(ctx, go, folder, `github.com/dapr/dapr@v${DAPR_VERSION}`, 4 * GIB)
  ctx.report(`building daprd and sentry ${DAPR_VERSION} with Go (once; 3 to 6 minutes on two cores)`)
  const args = [
    'build',
    '-mod=readonly',
    '-trimpath',
    '-ldflags',
    LINKER_FLAGS,
    '-o',
    join(folder, '/'),
    './cmd/daprd',
    './cmd/sentry',
  ]
  await must('Building daprd', go, args, { cwd: MODULE, env: goEnvironment(ctx.env) })
}

export function goEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, CGO_ENABLED: '0', GOWORK: 'off' }
}

/** The path of `go`, which must be new enough (or may fetch its newer self) to build our modules. */
export async function needGo(ctx: ProvisionContext, why: string): Promise<string> {
  const go = which('go', ctx.env) ?? (isExecutable('/usr/local/go/bin/go') ? '/usr/local/go/bin/go' : undefined)
  if (go === undefined) throw new ProvisionError(`${why}: install Go 1.26 or newer, or Docker, and start again.`)
  const version = await run(go, ['env', 'GOVERSION'], { cwd: MODULE, env: goEnvironment(ctx.env) })
  const minor = /go1\.(\d+)/.exec(version.stdout)?.[1]
  if (version.code === 0 && Number(minor) >= 26) return go
  throw new ProvisionError(
    `${why}, and building needs Go 1.26 or newer while ${go} is older: update Go and start again.`,
  )
}

/** A first build fills Go's caches too, which may lie on other disks; later ones need little. */
export async function needSpaceForGo(
  ctx: ProvisionContext,
  go: string,
  folder: string,
  module: string,
  first: number,
): Promise<void> {
  const answer = await run(go, ['env', 'GOMODCACHE', 'GOCACHE'], { env: goEnvironment(ctx.env) })
  const [modules = folder, objects = folder] = answer.stdout.trim().split('\n')
  const bytes = existsSync(join(modules, module)) ? GIB : first
  for (const path of new Set([folder, modules, objects])) await needSpace(path, bytes, `Building ${module}`)
}

/** Fetches daprd and sentry from Dapr's release page; returns why not where that fails. */
async function downloadRelease(ctx: ProvisionContext, root: string, entry: string): Promise<string | undefined> {
  const platform = releasePlatform()
  if (platform === undefined) return `no release for ${process.platform} on ${process.arch}`
  try {
    await cached(root, entry, async (folder) => {
      for (const name of ['daprd', 'sentry']) await downloadBinary(ctx, folder, name, platform)
    })
    return undefined
  } catch (error) {
    if (error instanceof ProvisionError) throw error
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    return cause instanceof Error ? cause.message : String(cause)
  }
}

function releasePlatform(): string | undefined {
  const system = { linux: 'linux', darwin: 'darwin' }[process.platform as string]
  const machine = { x64: 'amd64', arm64: 'arm64' }[process.arch as string]
  return system === undefined || machine === undefined ? undefined : `${system}_${machine}`
}

async function downloadBinary(ctx: ProvisionContext, folder: string, name: string, platform: string): Promise<void> {
  const file = `${name}_${platform}`
  const url = `https://github.com/dapr/dapr/releases/download/v${DAPR_VERSION}/${file}.tar.gz`
  const wanted = (await download(`${url}.sha256`, 20_000)).toString().trim().split(/\s+/)[0]
  ctx.report(`downloading ${name} ${DAPR_VERSION} (once; about 40 MB)`)
  const archive = await download(url, 300_000)
  const got = createHash('sha256').update(archive).digest('hex')
  if (got !== wanted) throw new Error(`the checksum of ${file}.tar.gz is wrong`)
  const work = join(folder, 'download')
  await mkdir(work, { recursive: true })
  await writeFile(join(work, 'archive.tar.gz'), archive)
  await must(`Unpacking ${name}`, 'tar', ['-xzf', 'archive.tar.gz'], { cwd: work })
  await copyFile(join(work, file), join(folder, name))
  await rm(work, { recursive: true })
  if (name === 'daprd' && (await versionOf(join(folder, name))) === undefined)
    throw new Error('the released daprd does not run here')
}

/** Gives up after 3 s without an answer, and after `bodyMs` without all of it. */
async function download(url: string, bodyMs: number): Promise<Buffer> {
  const abort = new AbortController()
  let timer = setTimeout(() => abort.abort(new Error('no answer within 3 s')), 3000)
  try {
    const response = await fetch(url, { signal: abort.signal })
    clearTimeout(timer)
    timer = setTimeout(() => abort.abort(new Error('the download took too long')), bodyMs)
    if (!response.ok) throw new Error(`status ${response.status}`)
    return Buffer.from(await response.arrayBuffer())
  } finally {
    clearTimeout(timer)
  }
}

export interface DaprdOptions {
  /** The path of daprd, from ensureDapr. */
  daprd: string
  appId: string
  /** Tells two instances of one app apart in names of logs and processes; `daprd-<appId>` where nothing is said. */
  name?: string
  /** null: no app listens behind this sidecar (the gateway of a tool). */
  appPort: number | null
  httpPort: number
  grpcPort: number
  internalGrpcPort: number
  metricsPort: number
  /** Configuration resources; daprd merges several. Name resolution (sqlite) and access control belong here. */
  configFiles: string[]
  resourcesPaths: string[]
  logLevel?: 'debug' | 'info' | 'warn' | 'error'
  /** Demanded of callers of the sidecar's API (header dapr-api-token). */
  apiToken?: string
  /** Sent by the sidecar to its app in the same header. */
  appApiToken?: string
  /** null: no mTLS, and then access control knows nobody. */
  sentry: Sentry | null
  gracefulShutdownSeconds?: number
  /** A Kubernetes quantity: "4Mi". */
  maxBodySize?: string
  env?: Record<string, string>
}

/** Every listener on 127.0.0.1, neither placement nor scheduler, no health probes of the app. */
export function daprdSpec(options: DaprdOptions): ProcessSpec {
  const args = [
    ...['--app-id', options.appId],
    ...(options.appPort === null ? [] : ['--app-port', String(options.appPort), '--app-protocol', 'http']),
    ...['--app-channel-address', '127.0.0.1'],
    ...['--dapr-listen-addresses', '127.0.0.1'],
    ...['--dapr-http-port', String(options.httpPort)],
    ...['--dapr-grpc-port', String(options.grpcPort)],
    ...['--dapr-internal-grpc-listen-address', '127.0.0.1'],
    ...['--dapr-internal-grpc-port', String(options.internalGrpcPort)],
    ...['--metrics-listen-address', '127.0.0.1'],
    ...['--metrics-port', String(options.metricsPort)],
    ...options.configFiles.flatMap((file) => ['--config', file]),
    ...options.resourcesPaths.flatMap((path) => ['--resources-path', path]),
    ...['--dapr-graceful-shutdown-seconds', String(options.gracefulShutdownSeconds ?? 5)],
    // Said though empty, because the environment may name a scheduler.
    ...['--scheduler-host-address', '', '--placement-host-address', ''],
    ...['--max-body-size', options.maxBodySize ?? '4Mi'],
    ...['--log-level', options.logLevel ?? 'warn', '--log-as-json'],
    ...(options.sentry?.daprdArgs ?? []),
  ]
  return {
    name: options.name ?? `daprd-${options.appId}`,
    command: options.daprd,
    args,
    env: {
      DAPR_HOST_IP: '127.0.0.1',
      ...options.sentry?.daprdEnv(),
      ...(options.apiToken === undefined ? {} : { DAPR_API_TOKEN: options.apiToken }),
      ...(options.appApiToken === undefined ? {} : { APP_API_TOKEN: options.appApiToken }),
      ...options.env,
    },
    stopSignal: 'SIGTERM',
  }
}
