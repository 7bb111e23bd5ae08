import { openRedis } from '@daguerre/kit/redis'
import pg from 'pg'
import { edgesKey, timelineKey } from '../../services/feed/src/timeline/timeline.ts'
import { personId } from '../data/community.ts'
import type { Viewer } from '../load/load-data.ts'
import { perUnit, readMemory } from '../measure/kinds.ts'
import { latencyOf } from '../measure/summary.ts'
import { measure, measureIdle } from '../measure/window.ts'
import type { Row } from '../report/row.ts'
import type { Bench, Workload } from './workload.ts'

/** How many people each reader follows. */
const followed = 500
/** Versions of edges that are made here, by which they are found again. */
const version = 1_000_001

export const rebuild: Workload = {
  letter: 'p',
  name: 'rebuild',
  about: `the first page of the home feed of somebody who follows ${followed} and has no timeline`,
  async *run(bench) {
    const { daguerre, isShort, report } = bench
    const { viewers } = await daguerre.loadData()
    const readers = viewers.slice(0, isShort ? 10 : 40)
    const redis = openRedis({ REDIS_URL: bench.system.environment('feed')['REDIS_URL'] ?? '', REDIS_CLUSTER: false })
    async function forget(): Promise<void> {
      for (const { id } of readers) await redis.del(timelineKey(id), edgesKey(id))
    }
    try {
      await follow(bench, readers)
      // What is compiled and connected at a first time.
      await forget()
      for (const reader of readers) await readHome(daguerre.url, reader)
      const idle = await measureIdle(daguerre.processes, bench.pace.idleSeconds)
      await forget()
      const { result: read, used } = await measure(daguerre.processes, async () => {
        const read = []
        for (const reader of readers) read.push(await readHome(daguerre.url, reader))
        return read
      })
      const latency = latencyOf(read.map(({ ms }) => ms))
      report(`rebuild: p50 ${latency.p50.toFixed(0)} ms, p99 ${latency.p99.toFixed(0)} ms`)
      yield {
        workload: 'rebuild',
        unit: 'rebuild',
        title: `home feed anew, ${followed} followed`,
        subject: 'daguerre',
        units: read.length,
        errors: read.filter(({ isWhole }) => !isWhole).length,
        perSecond: 1000 / latency.mean,
        latency,
        cpuMs: perUnit(used.cpuMs, idle, used.seconds, read.length),
        generatorMs: used.ownMs / read.length,
        memoryBytes: readMemory(await daguerre.processes()),
        load: used.load,
        figures: { seconds: latency.p50 / 1000 },
      } satisfies Row
    } finally {
      await unfollow(bench)
      await forget()
      redis.disconnect()
    }
  },
}

async function inUser<Result>({ system }: Bench, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: system.database('user') })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Each follows so many in all, those included whom they followed before. */
async function follow(bench: Bench, readers: readonly Viewer[]): Promise<void> {
  await inUser(bench, async (client) => {
    for (const { id } of readers) {
      await client.query(
        `insert into follow (follower_id, followee_id, active, version, position, changed_at)
         select $1, p.id, true, $2, p.id, now() from profile p
          where p.id <> $1 and p.id between $4 and $5
            and not exists (select from follow f where f.follower_id = $1 and f.followee_id = p.id)
          order by md5(p.id::text)
          limit greatest(0, $3 - (select count(*) from follow f where f.follower_id = $1 and f.active))`,
        [id, version, followed, personId(0), personId(bench.community.people - 1)],
      )
    }
    await client.query('analyze follow')
  })
}

async function unfollow(bench: Bench): Promise<void> {
  await inUser(bench, (client) => client.query('delete from follow where version = $1', [version]))
}

async function readHome(url: string, { token }: Viewer): Promise<{ ms: number; isWhole: boolean }> {
  const began = performance.now()
  const response = await fetch(`${url}/api/v1/feed/home`, { headers: { authorization: `Bearer ${token}` } })
  const page = (await response.json()) as { items?: { id: string }[] }
  return { ms: performance.now() - began, isWhole: response.status === 200 && page.items?.length === 20 }
}
