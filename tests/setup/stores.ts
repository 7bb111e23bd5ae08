import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { postgresDataOutsideHome, type ProvisionContext } from '../../tools/provision/index.ts'
import { type Home, openHome } from '../../tools/run/home.ts'
import { choosePort } from '../../tools/run/ports.ts'
import { identify, isAlive } from '../../tools/run/process-table.ts'
import { fast, startStores, type Stores } from '../../tools/run/stores.ts'
import { endLeftovers, readState, Supervisor } from '../../tools/run/supervisor.ts'
import { startRedisCluster } from './redis-cluster.ts'

/** Names of homes of tests: this, the id of the process that runs them, something random. */
export const prefix = 'daguerre-test-'

/**
 * A PostgreSQL, MongoDB, Redis, Redis Cluster and S3 for one run of tests, in a folder of their own. Their addresses are in
 * TEST_POSTGRES_URL (a superuser's) and its siblings; stores named there already are used instead.
 */
export default async function setup(): Promise<() => Promise<void>> {
  if (process.env['TEST_POSTGRES_URL']) return async () => {}
  try {
    return await startAll()
  } catch (error) {
    // A port that somebody else took first, say. What is tested has not begun.
    console.error('stores: they did not start, and are started once more.', error)
    return await startAll()
  }
}

async function startAll(): Promise<() => Promise<void>> {
  const stores = await startTestStores()
  try {
    const cluster = await startRedisCluster()
    Object.assign(process.env, stores.env, { TEST_REDIS_CLUSTER_URL: cluster.url })
    return async () => {
      await cluster.close()
      await stores.stop()
    }
  } catch (error) {
    await stores.stop()
    throw error
  }
}

export interface TestStores {
  env: Record<string, string>
  stop: () => Promise<void>
}

export async function startTestStores(): Promise<TestStores> {
  await removeAbandoned()
  const home = makeTestHome()
  const supervisor = new Supervisor(home, (message) => console.error(`stores: ${message}`))
  supervisor.extra = { runner: identify(process.pid) }
  supervisor.save()
  // For an end that comes before `stop`: an unhandled error, a signal.
  function endAtExit(): void {
    supervisor.hasten()
  }
  process.on('exit', endAtExit)
  async function stop(): Promise<void> {
    await supervisor.close()
    process.off('exit', endAtExit)
    removeHome(home)
  }
  try {
    const ports = new Map<string, Promise<number>>()
    const ctx: ProvisionContext = {
      home: home.path,
      // What tests cause must reach nobody.
      env: { ...process.env, DAGUERRE_SMTP_URL: '' },
      report: (message) => console.error(`stores: ${message}`),
      port(name) {
        const port = ports.get(name) ?? choosePort(20_000 + Math.floor(Math.random() * 10_000))
        ports.set(name, port)
        return port
      },
    }
    const stores = await startStores(ctx, supervisor, ['postgres', 'mongodb', 'redis', 's3', 'mail'], fast)
    return { env: addresses(stores), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** A folder that PostgreSQL, which runs as another user, can pass through. */
export function makeTestHome(): Home {
  const folder = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`))
  chmodSync(folder, 0o711)
  return openHome(folder)
}

export function removeHome(home: Home): void {
  const outside = postgresDataOutsideHome(home.path)
  // On a busy machine a store may still write its last file while what it has is removed.
  const options = { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }
  for (const path of outside ? [outside, home.path] : [home.path]) rmSync(path, options)
}

function addresses({ postgres, mongodb, redis, s3, mail }: Stores): Record<string, string> {
  const { endpoint = '', accessKeyId = '', secretAccessKey = '', region = '', bucket = '' } = s3?.details ?? {}
  return {
    TEST_POSTGRES_URL: postgres?.url ?? '',
    TEST_MONGODB_URL: mongodb?.url ?? '',
    TEST_REDIS_URL: redis?.url ?? '',
    TEST_S3_ENDPOINT: endpoint,
    TEST_S3_ACCESS_KEY: accessKeyId,
    TEST_S3_SECRET_KEY: secretAccessKey,
    TEST_S3_REGION: region,
    TEST_S3_BUCKET: bucket,
    TEST_SMTP_URL: mail?.url ?? '',
    TEST_INBOX_URL: mail?.details?.['inbox'] ?? '',
  }
}

/** Ends and removes what a run of tests that was killed has left. */
export async function removeAbandoned(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1]
    if (!pid) continue
    const home = openHome(join(tmpdir(), name))
    const runner = readState(home).runner ?? identify(Number(pid))
    if (runner && isAlive(runner)) continue
    await endLeftovers(home)
    removeHome(home)
  }
}
