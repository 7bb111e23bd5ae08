import { setTimeout as sleep } from 'node:timers/promises'
import type { Viewer } from '../load/load-data.ts'
import { perUnit, readMemory } from '../measure/kinds.ts'
import { measure, measureIdle } from '../measure/window.ts'
import { latencyOf } from '../measure/summary.ts'
import type { Row } from '../report/row.ts'
import { addFollowers, type Followers } from './followers.ts'
import type { Bench, Workload } from './workload.ts'

/** Followers, and how many posts are measured. */
const sizes: [number, number][] = [
  [100, 20],
  [1000, 10],
  [10_000, 4],
  [100_000, 2],
]
/** Of the last ones delivered to, so many are watched. */
const watched = 5
/** Who has a part in deliveries; the rest is what notifications and others make of the same post. */
const deliverers = ['feed', 'feed-sidecar', 'redis', 'user', 'user-sidecar', 'postgres']

export const fanOut: Workload = {
  letter: 'j',
  name: 'fan-out',
  about: 'from an accepted post to the last follower’s timeline',
  async *run(bench) {
    const { viewers } = await bench.daguerre.loadData()
    for (const [index, [size, posts]] of sizes.entries()) {
      if (bench.isShort && size > 10_000) continue
      yield await measureFanOut(bench, viewers.at(-1 - index)!, size, bench.isShort ? Math.ceil(posts / 4) : posts)
    }
  },
}

async function measureFanOut(bench: Bench, author: Viewer, size: number, posts: number): Promise<Row> {
  const { system, daguerre, report } = bench
  const followers = await addFollowers(system, author.id, size)
  try {
    await deliver(daguerre.url, author, followers)
    await daguerre.untilSettled()
    const idle = await measureIdle(daguerre.processes, bench.pace.idleSeconds)
    const { result: delivered, used } = await measure(daguerre.processes, async () => {
      const delivered: Delivered[] = []
      for (let post = 0; post < posts; post++) delivered.push(await deliver(daguerre.url, author, followers))
      await daguerre.untilSettled()
      return delivered
    })
    const all = delivered.map(({ postId }) => postId)
    const missed = size - (await followers.countDelivered(followers.ids, all))
    const latency = latencyOf(delivered.map(({ ms }) => ms))
    const cpuMs = perUnit(used.cpuMs, idle, used.seconds, posts)
    const busySeconds = deliverers.reduce((total, kind) => total + (cpuMs[kind] ?? 0), 0) / 1000
    report(
      `fan-out to ${size}: ${latency.p50.toFixed(0)} ms, ${(size / busySeconds).toFixed(0)} deliveries a CPU-second`,
    )
    return {
      workload: 'fan-out',
      unit: `fan-out ${size}`,
      title: `post to ${size.toLocaleString('en')} followers`,
      subject: 'daguerre',
      units: posts,
      errors: missed,
      perSecond: 1000 / latency.mean,
      latency,
      cpuMs,
      generatorMs: used.ownMs / posts,
      memoryBytes: readMemory(await daguerre.processes()),
      load: used.load,
      figures: {
        seconds: latency.p50 / 1000,
        'deliveries per second': (size * 1000) / latency.p50,
        'deliveries per CPU-second': size / busySeconds,
      },
    }
  } finally {
    await followers.remove()
  }
}

interface Delivered {
  postId: string
  /** From the answer until the last followers had it. */
  ms: number
}

async function deliver(url: string, author: Viewer, followers: Followers): Promise<Delivered> {
  const last = followers.ids.slice(-watched)
  const postId = await post(url, author)
  const began = performance.now()
  while ((await followers.countDelivered(last, [postId])) < last.length) {
    if (performance.now() - began > 300_000) throw new Error('A post did not reach all who follow within 300 s.')
    await sleep(10)
  }
  return { postId, ms: performance.now() - began }
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
