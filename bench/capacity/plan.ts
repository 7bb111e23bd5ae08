import { added, type ByKind, sum } from '../measure/kinds.ts'
import { type Costs, type UnitName, units } from './costs.ts'
import type { Parameters } from './parameters.ts'
import { databaseBytes, documentBytes, photoBytes, redisBytes } from './stored.ts'
import { consumers, type Volumes, volumesOf } from './volumes.ts'

/** What a deployment needs at the busiest hour. */
export interface Plan {
  parameters: Parameters
  peakPerSecond: Record<UnitName, number>
  /** Services and their sidecars: cores that are busy, and processes so that none is busier than planned. */
  processes: { kind: string; busyCores: number; cores: number; instances: number }[]
  parts: Part[]
  postgres: {
    bytes: Record<string, number>
    connections: number
    readIops: number
    writeIops: number
    readShare: number
  }
  redis: { bytes: Record<string, number>; nodes: Record<string, number> }
  mongodb: { bytes: number }
  kafka: { topic: string; eventsPerSecond: number; partitions: number }[]
  kafkaBytes: number
  s3: { bytes: number; bytesPerDay: number; egressBitsPerSecond: number; egressWithoutCdn: number }
  doubts: string[]
}

/** Something that is full at some time: what the load needs of it, and what one piece of it bears. */
export interface Part {
  name: string
  of: string
  need: number
  one: number
  /** Another piece is another process; else the data have to be split first. */
  isStateless: boolean
  pieces: number
  /** With so many people one piece is full, all else being the same. */
  fullAtPeople: number
}

export const serviceKinds = ['gateway', 'auth', 'user', 'post', 'media', 'interaction', 'feed', 'notification']
/** Who works for those that a post is pushed to; all others work for every follower. */
export const pushers = ['feed', 'feed-sidecar', 'redis']
const reads: UnitName[] = ['home', 'profile', 'postSignedIn']
const secondsOfDay = 86_400
const pageBytes = 8192

/** @throws MissingError if something is needed that was not measured */
export function plan(parameters: Parameters, costs: Costs): Plan {
  const { people, peak, use, full, copies } = parameters
  const volumes = volumesOf(parameters)
  const factor = peak / secondsOfDay
  const peakPerSecond = mapValues(volumes.perDay, (times) => times * factor)
  const busy = busyMsPerSecond(parameters, costs, volumes)
  const processes = processesOf(parameters, costs, busy)

  const bytes = databaseBytes(parameters, volumes, costs.sizes)
  const { readIops, writeIops } = iopsOf(parameters, costs, peakPerSecond)
  const inRedis = redisBytes(parameters, volumes, costs.sizes)
  const inMongo = documentBytes(volumes, costs.sizes)
  const part = partMaker(people)
  const server = { cores: parameters.storeCores * use, disk: parameters.storeTb * 1e12 * full }
  const parts = [
    // What an instance takes when nobody asks anything is not there for people.
    ...serviceKinds.map((kind) =>
      part({
        ...{ name: kind, of: 'cores', need: coresOf(busy, kind), one: use - (costs.idlePerSecond[kind] ?? 0) / 1000 },
        instances: processes.find((one) => one.kind === kind)!.instances,
      }),
    ),
    part({ name: 'PostgreSQL', of: 'cores', need: coresOf(busy, 'postgres'), one: server.cores }),
    part({ name: 'PostgreSQL', of: 'disk', need: sum(bytes), one: server.disk }),
    part({ name: 'PostgreSQL', of: 'IOPS', need: readIops + writeIops, one: parameters.storeIops * use }),
    part({ name: 'MongoDB', of: 'cores', need: coresOf(busy, 'mongodb'), one: server.cores }),
    part({ name: 'MongoDB', of: 'disk', need: inMongo, one: server.disk }),
    part({ name: 'Redis of timelines', of: 'core', need: coresOf(busy, 'redis'), one: use }),
    part({ name: 'Redis of timelines', of: 'memory', need: inRedis['redis']!, one: parameters.redisGb * 1e9 * full }),
    part({ name: 'Redis of caches', of: 'core', need: coresOf(busy, 'redis-cache'), one: use }),
    part({ name: 'Redis as broker', of: 'core', need: coresOf(busy, 'redis-broker'), one: use }),
  ]
  const kafka = Object.entries(volumes.eventsPerDay).map(([topic, perDay]) => ({
    topic,
    eventsPerSecond: perDay * factor,
    partitions: partitionsOf(topic, processes),
  }))
  const photo = photoBytes(costs.sizes)
  const pagesPerSecond = reads.reduce((total, unit) => total + peakPerSecond[unit], 0)
  const egress = pagesPerSecond * parameters.views * (costs.sizes.photo.variants['small'] ?? 0) * 8
  return {
    ...{ parameters, peakPerSecond, processes, parts, kafka },
    postgres: {
      ...{ bytes, readIops, writeIops, connections: connectionsOf(processes, Object.keys(bytes)) },
      readShare: readShareOf(costs, peakPerSecond, busy),
    },
    redis: { bytes: inRedis, nodes: { redis: piecesOf(parts, 'Redis of timelines') * (1 + copies) } },
    mongodb: { bytes: inMongo },
    kafkaBytes: sum(volumes.eventsPerDay) * parameters.brokerDays * eventBytes(costs) * (1 + copies),
    s3: {
      bytes: volumes.kept.photos * photo,
      bytesPerDay: volumes.perDay.photo * photo,
      egressBitsPerSecond: egress * (1 - parameters.cdn),
      egressWithoutCdn: egress,
    },
    doubts: [...costs.doubts, ...doubtsOf(volumes)],
  }
}

/** CPU-ms a second at the peak by kind, without what instances take when nobody asks anything. */
export function busyMsPerSecond({ peak }: Parameters, costs: Costs, volumes: Volumes): ByKind {
  let perDay: ByKind = {}
  for (const unit of units) perDay = added(perDay, costs.unit[unit], volumes.perDay[unit])
  for (const [kind, ms] of Object.entries(costs.perFollower)) {
    const followers = pushers.includes(kind) ? volumes.pushedPerPost : volumes.followersPerPost
    const more = ms * (followers - costs.followersInCreate)
    perDay[kind] = Math.max(0, (perDay[kind] ?? 0) + volumes.perDay.create * more)
  }
  perDay = added(perDay, costs.perBroadcast, volumes.mergedPerDay)
  return mapValues(perDay, (ms) => (ms * peak) / secondsOfDay)
}

function processesOf(parameters: Parameters, costs: Costs, busy: ByKind): Plan['processes'] {
  const { use, instances: fewest } = parameters
  return serviceKinds.flatMap((service) => {
    const idle = costs.idlePerSecond[service] ?? 0
    // Each instance brings its own idle cost: n · use = busy + n · idle.
    const room = Math.max(1, 1000 * use - idle)
    const instances = Math.max(fewest, Math.ceil((busy[service] ?? 0) / room))
    const kinds = service === 'gateway' ? [service] : [service, `${service}-sidecar`]
    return kinds.map((kind) => {
      const busyCores = ((busy[kind] ?? 0) + instances * (costs.idlePerSecond[kind] ?? 0)) / 1000
      return { kind, busyCores, cores: busyCores / use, instances }
    })
  })
}

function coresOf(busy: ByKind, kind: string): number {
  return (busy[kind] ?? 0) / 1000
}

function partMaker(people: number) {
  return ({ instances, ...given }: Pick<Part, 'name' | 'of' | 'need' | 'one'> & { instances?: number }): Part => ({
    ...given,
    isStateless: instances !== undefined,
    pieces: instances ?? Math.max(1, Math.ceil(given.need / given.one)),
    fullAtPeople: given.need === 0 ? Infinity : (people * given.one) / given.need,
  })
}

/** Of a store that is short of several things the one of which there is least decides. */
export function piecesOf(parts: readonly Part[], name: string): number {
  return Math.max(...parts.filter((part) => part.name === name).map(({ pieces }) => pieces))
}

/** The part that is full with the fewest people: of those that more processes help, or of those with data to split. */
export function firstFull(parts: readonly Part[], isStateless: boolean): Part {
  const candidates = parts.filter((part) => part.isStateless === isStateless)
  return candidates.reduce((one, other) => (other.fullAtPeople < one.fullAtPeople ? other : one))
}

/**
 * A commit is a write of the log, and each page that the log tells of is written once more by a checkpoint; blocks that are not
 * in memory are read. Both are bounds: commits of one moment share a write, and so do changes of one page.
 */
function iopsOf({ cached }: Parameters, { sizes }: Costs, perSecond: Record<UnitName, number>) {
  let [readIops, writeIops] = [0, 0]
  for (const unit of units) {
    const work = sizes.work[unit]
    if (!work) continue
    readIops += perSecond[unit] * work.blocks * (1 - cached)
    writeIops += perSecond[unit] * (work.commits + work.walBytes / pageBytes)
  }
  return { readIops, writeIops }
}

/** How much of PostgreSQL's time replicas could take: pages that people read. */
function readShareOf(costs: Costs, perSecond: Record<UnitName, number>, busy: ByKind): number {
  const ms = reads.reduce((total, unit) => total + perSecond[unit] * (costs.unit[unit]['postgres'] ?? 0), 0)
  return busy['postgres'] ? ms / busy['postgres'] : 0
}

/** Of the pool of each instance (DATABASE_POOL_MAX), and of its relay. */
function connectionsOf(processes: Plan['processes'], services: readonly string[]): number {
  return total(processes.map(({ kind, instances }) => (services.includes(kind) ? instances * (10 + 1) : 0)))
}

/** A partition is read by one instance at a time, so there are two for each of the consumer that has most: it can double. */
function partitionsOf(topic: string, processes: Plan['processes']): number {
  const instances = processes.filter(({ kind }) => consumers[topic]?.includes(kind)).map(({ instances }) => instances)
  return 2 * Math.max(...instances)
}

function eventBytes({ sizes }: Costs): number {
  const streams = Object.entries(sizes.redis).filter(([kind]) => kind.startsWith('redis-broker '))
  const [bytes, entries] = [streams.map(([, size]) => size.bytes), streams.map(([, size]) => size.entries)]
  return total(bytes) / Math.max(1, total(entries))
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function doubtsOf(volumes: Volumes): string[] {
  if (volumes.broadcastsPerDay <= logLength) return []
  const [found, kept] = [volumes.broadcastsPerDay, logLength].map((count) => Math.round(count).toLocaleString('en'))
  return [
    `${found} broadcasts a day are more than the log holds (${kept}): who comes once a day rebuilds the timeline each time, which is in no figure here.`,
  ]
}

/** Entries that feed's log of broadcasts keeps (services/feed/src/timeline/broadcast-log.ts). */
export const logLength = 20_000

function mapValues<Key extends string>(
  values: Record<Key, number>,
  map: (value: number) => number,
): Record<Key, number> {
  return Object.fromEntries(Object.entries<number>(values).map(([key, value]) => [key, map(value)])) as Record<
    Key,
    number
  >
}

/** What of one kind's time at the peak is not deliveries: pages and everything else. */
export function otherUse(kind: 'feed' | 'redis', parameters: Parameters, costs: Costs): number {
  const volumes = volumesOf(parameters)
  const all = busyMsPerSecond(parameters, costs, volumes)[kind] ?? 0
  const pushed = (costs.perFollower[kind] ?? 0) * volumes.pushedPerPost * volumes.perDay.create
  return Math.max(0, all - (pushed * parameters.peak) / secondsOfDay)
}
