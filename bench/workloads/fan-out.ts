import { setTimeout as sleep } from 'node:timers/promises'
import type { Viewer } from '../load/load-data.ts'
import { perUnit, readMemory } from '../measure/kinds.ts'
import { measure, measureIdle } from '../measure/window.ts'
import { latencyOf } from '../measure/summary.ts'
import type { Row } from '../report/row.ts'
import { addFollowers, type Followers } from './followers.ts'
import type { Bench, Workload } from './workload.ts'

/** The bench's system pushes to fewer than so many followers; a post of somebody with more goes into the log that all read. */
export const broadcastFrom = 20_000

/** Followers, and how many posts are measured. */
const sizes: [number, number][] = [
  [100, 20],
  [1000, 10],
  [10_000, 4],
  [100_000, 4],
]
/** Of the last ones delivered to, so many are watched. */
const watched = 5
/** Who has a part in deliveries; the rest is what notifications and others make of the same post meanwhile. */
const deliverers = ['feed', 'feed-sidecar', 'redis', 'user', 'user-sidecar', 'postgres']

export const fanOut: Workload = {
  letter: 'j',
  name: 'fan-out',
  about: 'from an accepted post to the last follower’s timeline',
  async *run(bench) {
    const { viewers } = await bench.daguerre.loadData()
    for (const [index, [size, posts]] of sizes.entries()) {
      const [author, reader] = [viewers.at(-1 - index)!, viewers.at(index)!]
      yield await measureFanOut(bench, { author, reader }, size, bench.isShort ? Math.ceil(posts / 4) : posts)
    }
  },
}

async function measureFanOut(
  bench: Bench,
  { author, reader }: { author: Viewer; reader: Viewer },
  size: number,
  posts: number,
): Promise<Row> {
  const { system, daguerre, report } = bench
  const isPushed = size < broadcastFrom
  const followers = await addFollowers(system, author.id, size, { withTimelines: isPushed })
  const hasArrived = isPushed ? lastHave(followers) : readerSees(daguerre.url, reader)
  try {
    if (!isPushed) await follow(daguerre.url, reader, author)
    await deliver(daguerre.url, author, hasArrived)
    if (isPushed) await daguerre.untilSettled()
    const idle = await measureIdle(daguerre.processes, bench.pace.idleSeconds)
    const { result: delivered, used } = await measure(daguerre.processes, async () => {
      const delivered: Delivered[] = []
      for (let post = 0; post < posts; post++) delivered.push(await deliver(daguerre.url, author, hasArrived))
      return delivered
    })
    // Notification goes on to tell each follower by itself, of 100,000 for minutes.
    if (isPushed) await daguerre.untilSettled()
    const all = delivered.map(({ postId }) => postId)
    const missed = isPushed ? size - (await followers.countDelivered(followers.ids, all)) : 0
    const latency = latencyOf(delivered.map(({ ms }) => ms))
    const cpuMs = perUnit(used.cpuMs, idle, used.seconds, posts)
    const busySeconds = deliverers.reduce((total, kind) => total + (cpuMs[kind] ?? 0), 0) / 1000
    report(
      `fan-out to ${size}: ${latency.p50.toFixed(0)} ms, ${(size / busySeconds).toFixed(0)} deliveries a CPU-second`,
    )
    return {
      workload: 'fan-out',
      unit: `fan-out ${size}`,
      title: `post to ${size.toLocaleString('en')} followers${isPushed ? '' : ', by the log'}`,
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
        ...(isPushed && {
          'deliveries per second': (size * 1000) / latency.p50,
          'deliveries per CPU-second': size / busySeconds,
        }),
      },
    }
  } finally {
    await followers.remove()
  }
}

interface Delivered {
  postId: string
  /** From the answer until it had arrived. */
  ms: number
}

type HasArrived = (postId: string) => Promise<boolean>

async function deliver(url: string, author: Viewer, hasArrived: HasArrived): Promise<Delivered> {
  const postId = await post(url, author)
  const began = performance.now()
  while (!(await hasArrived(postId))) {
    if (performance.now() - began > 120_000) throw new Error('A post did not reach all who follow within 120 s.')
    await sleep(10)
  }
  return { postId, ms: performance.now() - began }
}

function lastHave(followers: Followers): HasArrived {
  const last = followers.ids.slice(-watched)
  return async (postId) => (await followers.countDelivered(last, [postId])) === last.length
}

/** Of a post that is pushed to nobody: somebody who follows has it at the top of the home feed. */
function readerSees(url: string, reader: Viewer): HasArrived {
  return async (postId) => {
    const answer = await fetch(`${url}/api/v1/feed/home?limit=1`, { headers: headersOf(reader) })
    const { items } = (await answer.json()) as { items: { id: string }[] }
    return items[0]?.id === postId
  }
}

async function follow(url: string, reader: Viewer, author: Viewer): Promise<void> {
  const init = { method: 'PUT', headers: headersOf(reader) }
  const answer = await fetch(`${url}/api/v1/users/${author.username}/follow`, init)
  if (answer.status !== 204) throw new Error(`Nobody can be followed: ${answer.status} ${await answer.text()}`)
}

async function post(url: string, author: Viewer): Promise<string> {
  const answer = await fetch(`${url}/api/v1/posts`, {
    method: 'POST',
    headers: { ...headersOf(author), 'content-type': 'application/json' },
    body: JSON.stringify({ caption: 'To all', media: [{ mediaId: author.mediaId }] }),
  })
  if (answer.status !== 201) throw new Error(`The post was refused: ${answer.status} ${await answer.text()}`)
  return ((await answer.json()) as { id: string }).id
}

function headersOf({ token }: Viewer): Record<string, string> {
  return { authorization: `Bearer ${token}` }
}
