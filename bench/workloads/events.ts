import { events as catalogue, makeEvent } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import pg from 'pg'
import { setTimeout as sleep } from 'node:timers/promises'
import { joinedAt, personId, usernameOf } from '../data/community.ts'
import { writeRows } from '../data/write-rows.ts'
import { perUnit, readMemory, sum } from '../measure/kinds.ts'
import { parseHistogram, quantile, subtract } from '../measure/prometheus.ts'
import { countConsumed } from '../measure/settle.ts'
import { measure, measureIdle, type Used } from '../measure/window.ts'
import type { Bench, Workload } from './workload.ts'

// Accounts that are announced again: an event with one publisher and one consumer, which looks into its database and finds
// the profile there already.
const publisher = 'auth'
const consumer = 'user'
const { topic } = catalogue.accountRegistered
const batchesPerSecond = 20

export const eventPipeline: Workload = {
  letter: 'k',
  name: 'events',
  about: 'events from a publisher’s outbox through Dapr to what their consumer has done with them',
  async *run(bench) {
    const { daguerre, pace, report } = bench
    const client = new pg.Client({ connectionString: bench.system.database(publisher) })
    await client.connect()
    const began = new Date()
    try {
      // JIT, connections, and a rate to go by.
      const warm = await runThrough(bench, client, 2000)
      const idle = await measureIdle(daguerre.processes, pace.idleSeconds)
      const count = Math.round((2000 / warm.seconds) * pace.seconds)
      const { seconds, used } = await runThrough(bench, client, count)
      const perSecond = count / seconds
      const lag = await measureLag(bench, client, perSecond / 2, pace.seconds)
      const cpuMs = perUnit(used.cpuMs, idle, used.seconds, count)
      report(
        `events: ${perSecond.toFixed(0)}/s, ${sum(cpuMs).toFixed(3)} CPU-ms; at half of it p50 ${lag.p50.toFixed(0)} ms`,
      )
      yield {
        workload: 'events',
        unit: 'event',
        title: 'event, outbox to consumed',
        subject: 'daguerre',
        units: count,
        errors: 0,
        perSecond,
        halfLoad: { perSecond: perSecond / 2, late: 0 },
        latency: lag,
        cpuMs,
        generatorMs: used.ownMs / count,
        memoryBytes: readMemory(await daguerre.processes()),
        load: used.load,
      }
    } finally {
      await client.query(`delete from outbox where topic = $1 and created_at >= $2`, [topic, began])
      await client.end()
    }
  },
}

async function emit({ community }: Bench, client: pg.Client, count: number): Promise<void> {
  const columns = { id: 'uuid', topic: 'text', type: 'text', subject: 'text', version: 'bigint', data: 'jsonb' }
  const rows = Array.from({ length: count }, (_, index) => {
    const person = index % community.people
    const userId = personId(person)
    const data = { userId, username: usernameOf(person), registeredAt: joinedAt.toISOString() }
    const event = makeEvent(catalogue.accountRegistered, { subject: userId, version: 1, data })
    return [newId(), event.topic, event.type, event.subject, event.version, JSON.stringify(event.data)]
  })
  await client.query('begin')
  await writeRows(client, 'outbox', columns, rows)
  await client.query(`select pg_notify('outbox', '')`)
  await client.query('commit')
}

/** All at once: how fast they go through. */
async function runThrough(bench: Bench, client: pg.Client, count: number): Promise<{ seconds: number; used: Used }> {
  const { result, used } = await measure(bench.daguerre.processes, async () => {
    const before = await countConsumed(bench.system, { consumer, topic })
    await emit(bench, client, count)
    const began = performance.now()
    await untilConsumed(bench, before + count)
    return (performance.now() - began) / 1000
  })
  return { seconds: result, used }
}

async function untilConsumed({ system }: Bench, wanted: number): Promise<void> {
  const deadline = performance.now() + 120_000
  while ((await countConsumed(system, { consumer, topic })) < wanted) {
    if (performance.now() > deadline) throw new Error('The events were not consumed within 120 s.')
    await sleep(100)
  }
}

/** A little at a time: how long one is on its way, as the consumer sees it. */
async function measureLag(bench: Bench, client: pg.Client, rate: number, seconds: number) {
  const { url } = await bench.system.service(consumer)
  async function read() {
    return parseHistogram(await (await fetch(`${url}/metrics`)).text(), 'event_lag_seconds', { topic })
  }
  const first = await read()
  const before = await countConsumed(bench.system, { consumer, topic })
  const began = performance.now()
  let emitted = 0
  for (let batch = 1; batch <= seconds * batchesPerSecond; batch++) {
    const wanted = Math.round((rate * batch) / batchesPerSecond)
    await emit(bench, client, wanted - emitted)
    emitted = wanted
    await sleep(Math.max(0, (batch * 1000) / batchesPerSecond - (performance.now() - began)))
  }
  await untilConsumed(bench, before + emitted)
  const lag = subtract(await read(), first)
  return {
    mean: (lag.sum / lag.count) * 1000,
    p50: quantile(lag, 0.5) * 1000,
    p90: quantile(lag, 0.9) * 1000,
    p99: quantile(lag, 0.99) * 1000,
    max: quantile(lag, 1) * 1000,
  }
}
