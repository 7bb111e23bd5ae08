import { mkdir, readFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { cached, cacheRoot, contentKey, needSpace } from './cache.ts'
import { must, run, which } from './commands.ts'
import { hasDocker } from './docker.ts'
import { fetchJars, findJava, needJava } from './java.ts'
import { fromDocker, fromEnvironment } from './plans.ts'
import { exchange, untilReady } from './readiness.ts'
import { loopback, ProvisionError, type ProcessSpec, type ProvisionContext, type StorePlan } from './types.ts'

const NEED = 'MongoDB, which is not installed,'
const LAUNCHER = join(import.meta.dirname, '..', 'mongo')

/** Search: DAGUERRE_MONGODB_URL, Docker, mongod on PATH, the stand-in of tools/mongo on a JDK. */
export async function planMongo(ctx: ProvisionContext): Promise<StorePlan> {
  const named = ctx.env['DAGUERRE_MONGODB_URL']
  // One that is named may be a cluster behind SRV records, which only its driver can ask.
  if (named) return fromEnvironment({ name: 'mongodb', url: named, ready: () => Promise.resolve() })
  const port = await ctx.port('mongodb')
  const host = ctx.host ?? loopback
  const url = `mongodb://${host}:${port}/?directConnection=true&retryWrites=false`
  const rest = { name: 'mongodb', url, ready: answers(ctx, host, port) } as const
  if (await hasDocker(ctx)) return fromDocker(ctx, rest, 'mongodb', { DAGUERRE_MONGODB_PORT: String(port) })
  const folder = join(ctx.home, 'mongodb')
  async function prepare(): Promise<void> {
    await mkdir(folder, { recursive: true })
  }
  const mongod = await findMongod(ctx)
  if (mongod !== undefined) {
    const args = [
      '--dbpath',
      folder,
      '--bind_ip',
      host,
      '--port',
      String(port),
      '--nounixsocket',
      '--wiredTigerCacheSizeGB',
      '0.25',
    ]
    return { ...rest, source: 'mongod on PATH', process: { name: 'mongodb', command: mongod, args }, prepare }
  }
  return {
    ...rest,
    source: 'mongo-java-server 1.47.0',
    process: await standIn(ctx, join(folder, 'data.mv'), host, port),
    prepare,
  }
}

/** The services want MongoDB 6. */
export async function findMongod(ctx: ProvisionContext): Promise<string | undefined> {
  const path = which('mongod', ctx.env)
  if (path === undefined) return undefined
  const version = await run(path, ['--version'], { timeoutMs: 5000 })
  return Number(/db version v(\d+)/.exec(version.stdout)?.[1]) >= 6 ? path : undefined
}

async function standIn(ctx: ProvisionContext, file: string, host: string, port: number): Promise<ProcessSpec> {
  const folder = await installMongo(ctx)
  const heap = [
    '-Xmx192m',
    // Its storage closes for good when memory has run out once; started anew it goes on.
    '-XX:+ExitOnOutOfMemoryError',
    '-Xss256k',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-XX:ReservedCodeCacheSize=32m',
    '-XX:MaxDirectMemorySize=32m',
  ]
  const log = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-Dorg.slf4j.simpleLogger.showDateTime=true']
  const main = ['-cp', [join(folder, 'classes'), join(folder, 'lib', '*')].join(delimiter), 'MongoStandIn']
  return {
    name: 'mongodb',
    command: findJava(ctx, 'java') ?? (await needJava(ctx, 'java', NEED)),
    args: [...heap, ...log, '-Dio.netty.eventLoopThreads=4', ...main, file, host, String(port)],
  }
}

/** The folder with the stand-in's jars (lib) and our launcher (classes). */
export async function installMongo(ctx: ProvisionContext): Promise<string> {
  const [pom, source] = await Promise.all(
    ['pom.xml', 'MongoStandIn.java'].map((name) => readFile(join(LAUNCHER, name))),
  )
  const key = contentKey(pom ?? '', source ?? '')
  return await cached(cacheRoot(ctx.env), `mongo-java-server-${key}`, async (folder) => {
    const javac = await needJava(ctx, 'javac', NEED)
    await needSpace(folder, 100 * 2 ** 20, 'The stand-in for MongoDB')
    ctx.report('fetching the stand-in for MongoDB with Maven (once; up to a minute)')
    await fetchJars(ctx, LAUNCHER, join(folder, 'lib'), 'the stand-in for MongoDB')
    const classes = ['-d', join(folder, 'classes'), '-cp', join(folder, 'lib', '*')]
    await must('Compiling the stand-in for MongoDB', javac, [
      // Not what the locale says: without one a JDK 17 takes sources for ASCII.
      '-encoding',
      'UTF-8',
      '--release',
      '17',
      ...classes,
      join(LAUNCHER, 'MongoStandIn.java'),
    ])
  })
}

function answers(ctx: ProvisionContext, host: string, port: number): (timeoutMs: number) => Promise<void> {
  return (timeoutMs) => untilReady(ctx, 'mongodb', timeoutMs, () => ping(host, port))
}

/** OP_MSG with { ping: 1, $db: "admin" }: no driver is needed to ask for life. */
async function ping(host: string, port: number): Promise<void> {
  const fields = Buffer.concat([
    Buffer.from('\x10ping\0\x01\0\0\0', 'latin1'),
    Buffer.from('\x02$db\0\x06\0\0\0admin\0', 'latin1'),
    Buffer.from([0]),
  ])
  const document = Buffer.alloc(4 + fields.length)
  document.writeInt32LE(document.length)
  fields.copy(document, 4)
  const header = Buffer.alloc(21)
  header.writeInt32LE(header.length + document.length, 0)
  header.writeInt32LE(1, 4)
  header.writeInt32LE(2013, 12)
  function isWhole(bytes: Buffer): boolean {
    return bytes.length >= 4 && bytes.length >= bytes.readInt32LE(0)
  }
  const answer = await exchange(host, port, Buffer.concat([header, document]), isWhole)
  // { ok: 1 } with the number as a double.
  if (!answer.includes(Buffer.from('\x01ok\0\0\0\0\0\0\0\xf0?', 'latin1')))
    throw new ProvisionError('it refuses a ping')
}
