import { setTimeout as sleep } from 'node:timers/promises'
import type { Viewer } from '../load/load-data.ts'
import { type ByKind, perUnit, readMemory, sum } from '../measure/kinds.ts'
import { measure } from '../measure/window.ts'
import type { Row } from '../report/row.ts'
import { addFollowers } from './followers.ts'
import type { Bench, Workload } from './workload.ts'

/** Below this number the bench's system pushes. */
export const broadcastFrom = 100_001

const sizes = [100, 1000, 10_000, 100_000]
/** Of the last ones delivered to, so many are watched. */
const watched = 20
/** What a delivery costs besides has its reasons elsewhere: those of notifications, which are told of the same post. */
const deliverers = /^(gateway|post|feed|user|redis)(-sidecar)?$|^postgres$/

export const fanOut: Workload = {
  letter: 'j',
  name: 'fan-out',
  about: 'from an accepted post to the last follower’s timeline',
  async run(bench) {
    const { viewers } = await bench.daguerre.loadData()
    const rows: Row[] = []
    for (const [index, size] of sizes.entries()) {
      if (bench.isShort && size > 10_000) continue
      rows.push(await measureFanOut(bench, viewers.at(-1 - index)!, size))
    }
    return rows
  },
}

async function measureFanOut(bench: Bench, author: Viewer, size: number): Promise<Row> {
  const { system, daguerre, report } = bench
  const followers = await addFollowers(system, author.id, size)
  try {
    await deliver()
    const times = bench.isShort || size > 10_000 ? 1 : 3
    const runs: Awaited<ReturnType<typeof deliver>>[] = []
    for (let run = 0; run < times; run++) runs.push(await deliver())
    const [middle] = runs.toSorted((a, b) => a.seconds - b.seconds).slice(Math.floor(times / 2))
    const { seconds, used, cpuMs } = middle!
    const busySeconds = sum(pick(cpuMs, deliverers)) / 1000
    report(`fan-out to ${size}: ${seconds.toFixed(2)} s, ${(size / seconds).toFixed(0)} deliveries/s`)
    return {
      workload: 'fan-out',
      unit: `fan-out ${size}`,
      title: `fan-out to ${size.toLocaleString('en')} (1,000 deliveries)`,
      subject: 'daguerre',
      units: (size / 1000) * times,
      errors: 0,
      perSecond: size / 1000 / seconds,
      cpuMs: Object.fromEntries(Object.entries(cpuMs).map(([kind, ms]) => [kind, ms / (size / 1000)])),
      generatorMs: used.ownMs / (size / 1000),
      memoryBytes: readMemory(await daguerre.processes()),
      load: used.load,
      figures: { seconds, 'deliveries per second': size / seconds, 'deliveries per CPU-second': size / busySeconds },
    }
  } finally {
    await followers.remove()
  }

  /** Posts, and watches the last followers' timelines until they have it; then all must. */
  async function deliver() {
    const last = followers.ids.slice(-watched)
    const { result, used } = await measure(daguerre.processes, async () => {
      const postId = await post(daguerre.url, author)
      const began = performance.now()
      await until(async () => (await followers.countDelivered(last, postId)) === last.length, 5)
      const seconds = (performance.now() - began) / 1000
      return { postId, seconds }
    })
    await until(async () => (await followers.countDelivered(followers.ids, result.postId)) === size, 100)
    await daguerre.untilSettled()
    return { ...result, used, cpuMs: perUnit(used.cpuMs, daguerre.idle, used.seconds, 1) }
  }
}

function pick(byKind: ByKind, pattern: RegExp): ByKind {
  return Object.fromEntries(Object.entries(byKind).filter(([kind]) => pattern.test(kind)))
}

async function post(url: string, author: Viewer): Promise<string> {
  const answer = await fetch(`${url}/api/v1/posts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${author.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ caption: 'To all', media: [{ mediaId: author.mediaId }] }),
  })
  if (answer.status !== 201) throw new Error(`The post was refused: ${answer.status} ${await answer.text()}`)
  return ((await answer.json()) as { id: string }).id
}

async function until(look: () => Promise<boolean>, everyMs: number): Promise<void> {
  const deadline = performance.now() + 300_000
  while (!(await look())) {
    if (performance.now() > deadline) throw new Error('A post did not reach all who follow within 300 s.')
    await sleep(everyMs)
  }
}
