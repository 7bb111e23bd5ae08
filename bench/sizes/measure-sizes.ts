import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { photographs } from '../../tools/demo/photographs.ts'
import { makeLargePhoto } from '../data/large-photo.ts'
import { untilReady, uploadPhoto } from '../data/photos.ts'
import { runLoad } from '../measure/run-load.ts'
import type { Bench } from '../workloads/workload.ts'
import { measureDocuments } from './measure-documents.ts'
import { measureKeys } from './measure-keys.ts'
import { measureTables, readWork, withDatabases, workOf } from './measure-tables.ts'
import type { PostgresWork, Sizes } from './sizes.ts'

/** Each is done so often; enough that a page of a table is shared by its rows. */
const units = ['home', 'profile', 'postSignedIn', 'like', 'comment', 'create', 'login', 'refresh']
const often = 1000
const photosMeasured = 6
const idleMs = 10_000
const idleWindows = 4
/** PostgreSQL tells of what a connection did up to a second later, of one that rests up to ten. */
const toldMs = 11_000
const nothing: PostgresWork = { commits: 0, walBytes: 0, blocks: 0 }

/** Has every kind of work done some hundred times, and looks at the room that its traces take. */
export async function measureSizes(bench: Bench): Promise<Sizes> {
  const { daguerre, system, k6, report } = bench
  return await withDatabases(
    (service) => system.database(service),
    async (clients) => {
      const data = await daguerre.loadData()
      async function load(unit: string, once: number): Promise<void> {
        await runLoad(k6, { unit, url: daguerre.url, data, amount: { once, users: 4, seconds: 120 } })
      }
      // What is made at a first read, and what a system does when it has just begun, is nobody's.
      await load('homeOfEach', data.viewers.length)
      await daguerre.untilSettled()
      await sleep(toldMs)
      const idlePerSecond = await measureIdleWork()
      report(`sizes: idle it writes ${Math.round(idlePerSecond.walBytes)} bytes of WAL a second`)

      const work: Sizes['work'] = {}
      async function measureWork(unit: string): Promise<void> {
        const began = performance.now()
        const done = await workDuring(async () => {
          await load(unit, often)
          await daguerre.untilSettled()
          await sleep(toldMs)
        })
        work[unit] = workOf(done, idlePerSecond, (performance.now() - began) / 1000, often)
        report(`sizes: ${unit}, ${Math.round(work[unit].walBytes)} bytes of WAL a unit`)
      }
      const photo = await measurePhoto(bench)
      for (const unit of units) await measureWork(unit)

      report('sizes: keys, documents and rows')
      const redis: Sizes['redis'] = {}
      for (const name of ['redis', 'redis-cache', 'redis-broker']) {
        Object.assign(redis, await measureKeys(name, addressOf(system.home, name)))
      }
      const mongodb = await measureDocuments(system.environment('notification')['MONGODB_URL'] ?? '')
      return { postgres: await measureTables(clients), redis, mongodb, photo, work }

      // The least of several windows: after a checkpoint PostgreSQL logs whole pages, and that is not what a second takes.
      async function measureIdleWork(): Promise<PostgresWork> {
        let least: PostgresWork = { commits: Infinity, walBytes: Infinity, blocks: Infinity }
        for (let window = 0; window < idleWindows; window++) {
          const found = workOf(await workDuring(() => sleep(idleMs)), nothing, 0, idleMs / 1000)
          least = {
            commits: Math.min(least.commits, found.commits),
            walBytes: Math.min(least.walBytes, found.walBytes),
            blocks: Math.min(least.blocks, found.blocks),
          }
        }
        return least
      }

      async function workDuring(act: () => Promise<unknown>) {
        const before = await readWork(clients)
        await act()
        return { before, after: await readWork(clients) }
      }
    },
  )
}

/** Photographs as a telephone takes them: what their originals and variants weigh in S3. */
async function measurePhoto({ daguerre }: Bench): Promise<Sizes['photo']> {
  const [viewer] = (await daguerre.loadData()).viewers
  const headers = { authorization: `Bearer ${viewer!.token}` }
  const originals: number[] = []
  const variants: Record<string, number> = {}
  const photos = Object.values(photographs).slice(0, photosMeasured)
  for (const photograph of photos) {
    const jpeg = await makeLargePhoto(photograph)
    originals.push(jpeg.byteLength)
    const media = await untilReady(daguerre.url, headers, await uploadPhoto(daguerre.url, headers, jpeg))
    for (const { name, bytes } of media.variants) variants[name] = (variants[name] ?? 0) + bytes / photos.length
  }
  return { original: originals.reduce((sum, bytes) => sum + bytes, 0) / photos.length, variants }
}

/** Of a Redis that the runner has set up: its configuration says port and password. */
function addressOf(home: string, name: string): string {
  const text = readFileSync(join(home, name, 'redis.conf'), 'utf8')
  function setting(key: string): string {
    return new RegExp(`^${key} (\\S+)$`, 'm').exec(text)?.[1] ?? ''
  }
  return `redis://:${setting('requirepass')}@${setting('bind')}:${setting('port')}`
}
