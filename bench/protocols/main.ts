import { Redis } from 'ioredis'
import { type ByKind, perUnit } from '../measure/kinds.ts'
import { measure, measureIdle } from '../measure/window.ts'
import { checkWhole } from './inbox.ts'
import { openApps, type Apps } from './open-apps.ts'
import { makeEvents } from './messages.ts'
import { protocolTables, type Measured } from './print.ts'
import { pubsubName } from './topics.ts'
import { groups, type Variant, ways } from './variants.ts'

/** What `npm run bench protocols` hands over. */
interface ProtocolOptions {
  rounds: number
  /** Most events in one call or delivery. */
  bulk: number
}

const idleSeconds = 5
/** So many at a time are written to a topic; more would fill the memory of who waits. */
const written = 1000

function report(message: string): void {
  console.error(`${new Date().toISOString().slice(11, 19)}  ${message}`)
}

/** Each variant once a round, so that what else the machine does meets all of them; every other round backwards. */
async function run({ rounds, bulk }: ProtocolOptions): Promise<void> {
  const apps = await openApps(bulk, report)
  const redis = new Redis(apps.redisUrl)
  try {
    const variants = groups.flatMap((group) => group.variants)
    for (const variant of variants) {
      report(`warming up: ${nameOf(variant)}`)
      await work(apps, redis, variant, Math.ceil(variant.units / 4))
    }
    const idle = await measureIdle(apps.processes, idleSeconds)
    const measured = new Map<Variant, Measured[]>()
    for (let round = 0; round < rounds; round++) {
      for (const variant of round % 2 === 0 ? variants : variants.toReversed()) {
        const found = await measureVariant(apps, redis, variant, idle)
        measured.set(variant, [...(measured.get(variant) ?? []), found])
        report(`round ${round + 1}: ${nameOf(variant)}`)
      }
    }
    console.log(protocolTables(groups, ways, measured))
  } finally {
    redis.disconnect()
    await apps.close()
  }
}

async function measureVariant(apps: Apps, redis: Redis, variant: Variant, idle: ByKind): Promise<Measured> {
  const { result: seconds, used } = await measure(apps.processes, () => work(apps, redis, variant, variant.units))
  const topic = topicOf(variant)
  if (topic !== null) await checkTopic(redis, topic)
  return {
    perSecond: variant.units / seconds,
    cpuMs: perUnit(used.cpuMs, idle, used.seconds, variant.units),
    load: used.load.during,
  }
}

/** @returns the seconds that it took */
async function work(apps: Apps, redis: Redis, { by }: Variant, units: number): Promise<number> {
  if ('deliver' in by) await apps.order(by.to, { expect: by.deliver, count: units })
  const began = performance.now()
  if ('send' in by) await apps.order('caller', { send: by.send, count: units })
  else {
    await fillTopic(redis, by.deliver, units)
    await apps.order(by.to, { await: by.deliver })
  }
  return (performance.now() - began) / 1000
}

function nameOf({ by }: Variant): string {
  return 'send' in by ? by.send : by.deliver
}

function topicOf({ by }: Variant): string | null {
  if ('deliver' in by) return by.deliver
  return by.send.startsWith('publish-') ? 'published' : null
}

/** Published or delivered, its events are in the stream; then they are not needed any more. */
async function checkTopic(redis: Redis, topic: string): Promise<void> {
  const [newest] = await redis.xrevrange(topic, '+', '-', 'COUNT', 1)
  const [, fields = []] = newest ?? []
  checkWhole(topic, JSON.parse(fields[fields.indexOf('data') + 1] ?? '{}') as Record<string, unknown>)
  await redis.xtrim(topic, 'MAXLEN', 0)
}

/** Past any sidecar, as one would have written it. */
async function fillTopic(redis: Redis, topic: string, count: number): Promise<void> {
  const entries = makeEvents(written).map((event) => [
    ...['data', JSON.stringify({ ...event, pubsubname: pubsubName, topic })],
    ...['metadata', JSON.stringify({ partitionKey: event['subject'] })],
  ])
  for (let left = count; left > 0; left -= written) {
    const pipeline = redis.pipeline()
    for (const entry of entries.slice(0, left)) pipeline.xadd(topic, '*', ...entry)
    await pipeline.exec()
  }
}

// What was started ends with this process: at `exit`, which a signal by itself would pass over.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    report(`stopped by ${signal}`)
    process.exit(1)
  })
}

await run(JSON.parse(process.argv[2] ?? '{}') as ProtocolOptions)
