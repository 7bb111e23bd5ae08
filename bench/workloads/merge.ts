import { newId } from '@daguerre/kit/id'
import { openRedis } from '@daguerre/kit/redis'
import { createBroadcastLog } from '../../services/feed/src/timeline/broadcast-log.ts'
import { type ByKind, perUnit, readMemory, sum } from '../measure/kinds.ts'
import { runLoad } from '../measure/run-load.ts'
import { measure, measureIdle, type Used } from '../measure/window.ts'
import type { LoadResult } from '../measure/summary.ts'
import type { Row } from '../report/row.ts'
import type { Bench, Workload } from './workload.ts'

/** Broadcasts that each reader has missed. */
const missed = 2000

export const merge: Workload = {
  letter: 'n',
  name: 'merge',
  about: `the home feed of somebody who has missed ${missed.toLocaleString('en')} broadcasts, of whom nobody follows any`,
  async *run(bench) {
    const { daguerre, pace, report } = bench
    await readEach(bench)
    await readEach(bench)
    const idle = await measureIdle(daguerre.processes, pace.idleSeconds)
    yield await rowOf(bench, 0, idle, await readEach(bench))
    await broadcast(bench, missed)
    // The first reader pays for the mirror of the log, which is each process's once.
    await readEach(bench, 1)
    const row = await rowOf(bench, missed, idle, await readEach(bench))
    report(`merge: ${sum(row.cpuMs).toFixed(1)} CPU-ms a page`)
    yield row
  },
}

async function rowOf({ daguerre }: Bench, broadcasts: number, idle: ByKind, { result, used }: Measured): Promise<Row> {
  return {
    workload: 'merge',
    unit: `merge ${broadcasts}`,
    title: `home feed, ${broadcasts.toLocaleString('en')} broadcasts missed`,
    subject: 'daguerre',
    units: result.units,
    errors: result.wrong,
    perSecond: result.units / result.seconds,
    latency: result.latency,
    cpuMs: perUnit(used.cpuMs, idle, used.seconds, result.units),
    generatorMs: used.ownMs / result.units,
    memoryBytes: readMemory(await daguerre.processes()),
    load: used.load,
    figures: { broadcasts },
  }
}

interface Measured {
  result: LoadResult
  used: Used
}

/** Every viewer, or so many of them, reads one page. */
async function readEach({ daguerre, k6 }: Bench, count?: number): Promise<Measured> {
  const data = await daguerre.loadData()
  const once = count ?? data.viewers.length
  const amount = { once, users: Math.min(once, 4), seconds: 300 }
  return await measure(daguerre.processes, () => runLoad(k6, { unit: 'homeOfEach', url: daguerre.url, data, amount }))
}

/** Entries as deliveries of posts make them, of authors whom nobody knows. */
async function broadcast({ system }: Bench, count: number): Promise<void> {
  const redis = openRedis({ REDIS_URL: system.environment('feed')['REDIS_URL'] ?? '', REDIS_CLUSTER: false })
  try {
    const log = createBroadcastLog({ redis })
    for (let entry = 0; entry < count; entry++) await log.append({ postId: newId(), authorId: newId() })
  } finally {
    redis.disconnect()
  }
}
