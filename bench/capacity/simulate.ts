import type { Latency } from '../measure/summary.ts'
import type { Random } from '../data/random.ts'
import { type Agenda, createAgenda } from './agenda.ts'
import {
  answerMostMs,
  bulkMost,
  bulkWaitMs,
  concurrency,
  type DeliveryModel,
  pushBatch,
  relayBatch,
} from './delivery-model.ts'

export interface SimulatedSystem {
  /** Instances of post, each with a relay. */
  relays: number
  /** Instances of feed, each with a sidecar that brings one bulk of the topic after the other. */
  feeds: number
  /** Nodes that timelines are spread over evenly. */
  redisNodes: number
  /** The share of each feed's event loop and of each Redis that pages and others take: deliveries get the rest. */
  feedOther: number
  redisOther: number
  /** Posts of authors with so many followers or more are one entry of a log. */
  threshold: number
}

export interface Arrival {
  atMs: number
  followers: number
}

/** A post from the answer to its author until the last follower has it. */
export interface Delivered extends Arrival {
  lagMs: number
  /** The sidecar did not wait for the answer: it brings all of that bulk again. */
  isBroken: boolean
}

interface Post extends Arrival {
  done: (isBroken: boolean) => void
}

/**
 * Deliveries as discrete events: outbox relay, broker, one bulk after the other in each sidecar of feed, a few events of it at
 * once, pushes batch by batch through feed's event loop and Redis.
 */
export function simulate(
  model: DeliveryModel,
  system: SimulatedSystem,
  arrivals: readonly Arrival[],
  random: Random,
): Delivered[] {
  const agenda = createAgenda()
  const redis = createProcessor(agenda, system.redisNodes * (1 - system.redisOther))
  const lanes = Array.from({ length: system.feeds }, () => {
    const feed = createProcessor(agenda, 1 - system.feedOther)
    return createLane(agenda, (post, done) => deliver(post, feed, done))
  })
  const relay = createRelay(agenda, { count: system.relays, eachMs: model.relayMs }, (post) =>
    agenda.after(model.wayMs, () => lanes[Math.floor(random() * lanes.length)]!(post)),
  )

  function deliver(post: Post, feed: Processor, done: () => void): void {
    let left = post.followers < system.threshold ? post.followers : 0
    function next(): void {
      if (left === 0) return done()
      const batch = Math.min(left, pushBatch)
      left -= batch
      feed(batch * model.feedMs, () => redis(batch * model.redisMs, () => agenda.after(batch * model.otherMs, next)))
    }
    feed(model.eventMs, next)
  }

  const delivered: Delivered[] = []
  for (const arrival of arrivals) {
    function done(isBroken: boolean): void {
      delivered.push({ ...arrival, lagMs: agenda.nowMs() - arrival.atMs, isBroken })
    }
    agenda.after(arrival.atMs, () => relay({ ...arrival, done }))
  }
  agenda.run()
  return delivered
}

type Processor = (workMs: number, done: () => void) => void

/** Does one piece of work after the other, in the order in which they come; `speed` 1 is a processor of its own. */
function createProcessor(agenda: Agenda, speed: number): Processor {
  let freeAtMs = 0
  return (workMs, done) => {
    freeAtMs = Math.max(freeAtMs, agenda.nowMs()) + workMs / speed
    agenda.after(freeAtMs - agenda.nowMs(), done)
  }
}

/** Relays that share one outbox: whoever is free takes what is there, and publishes it as one batch. */
function createRelay(
  agenda: Agenda,
  { count, eachMs }: { count: number; eachMs: number },
  publish: (post: Post) => void,
): (post: Post) => void {
  const outbox: Post[] = []
  let free = count
  function take(): void {
    if (free === 0 || outbox.length === 0) return
    free--
    const batch = outbox.splice(0, relayBatch)
    agenda.after(batch.length * eachMs, () => {
      for (const post of batch) publish(post)
      free++
      take()
    })
  }
  return (post) => {
    outbox.push(post)
    take()
  }
}

/**
 * What a sidecar brings to its app: a bulk when it is full or when its first message has waited long enough, and the next one not
 * before all of it is handled.
 */
function createLane(agenda: Agenda, handle: (post: Post, done: () => void) => void): (post: Post) => void {
  const waiting: Post[] = []
  let isBusy = false
  let collected = 0

  function collect(): void {
    if (isBusy || waiting.length === 0) return
    if (waiting.length >= bulkMost) return flush()
    const bulk = collected
    agenda.after(bulkWaitMs, () => {
      if (!isBusy && bulk === collected) flush()
    })
  }

  function flush(): void {
    isBusy = true
    collected++
    const bulk = waiting.splice(0, bulkMost)
    const beganMs = agenda.nowMs()
    const queue = bulk.values()
    let handled = 0
    function isBroken(): boolean {
      return agenda.nowMs() - beganMs > answerMostMs
    }
    function next(): void {
      const { value: post } = queue.next()
      if (!post) return
      handle(post, () => {
        post.done(isBroken())
        if (++handled < bulk.length) return next()
        isBusy = false
        collect()
      })
    }
    for (let worker = 0; worker < Math.min(concurrency, bulk.length); worker++) next()
  }

  return (post) => {
    waiting.push(post)
    if (isBusy) return
    if (waiting.length === 1) collect()
    else if (waiting.length >= bulkMost) flush()
  }
}

/** Times at which posts come by themselves, as many a second in the mean. */
export function* poissonArrivals(
  perSecond: number,
  count: number,
  followers: () => number,
  random: Random,
): Generator<Arrival> {
  let atMs = 0
  for (let post = 0; post < count; post++) {
    atMs += (-Math.log(1 - random()) * 1000) / perSecond
    yield { atMs, followers: followers() }
  }
}

/** How long it took: for each post, or, by `weightOf`, for each who follows its author. */
export function lagOf(delivered: readonly Delivered[], weightOf: (post: Delivered) => number = () => 1): Latency {
  const sorted = delivered.toSorted((one, other) => one.lagMs - other.lagMs)
  const total = sorted.reduce((sum, post) => sum + weightOf(post), 0)
  const cumulated = sorted.map(
    (
      (sum) => (post: Delivered) =>
        (sum += weightOf(post))
    )(0),
  )
  function at(share: number): number {
    const index = cumulated.findIndex((sum) => sum >= share * total)
    return sorted[index === -1 ? sorted.length - 1 : index]?.lagMs ?? 0
  }
  const mean = sorted.reduce((sum, post) => sum + post.lagMs * weightOf(post), 0) / Math.max(total, 1e-9)
  return { mean, p50: at(0.5), p90: at(0.9), p99: at(0.99), max: sorted.at(-1)?.lagMs ?? 0 }
}
