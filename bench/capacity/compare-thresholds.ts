import { createRandom } from '../data/random.ts'
import { sum } from '../measure/kinds.ts'
import type { Latency } from '../measure/summary.ts'
import type { Costs } from './costs.ts'
import { type DeliveryModel, deliveryModelOf } from './delivery-model.ts'
import type { Parameters } from './parameters.ts'
import { logLength, otherUse, piecesOf, plan, pushers } from './plan.ts'
import { type Arrival, type Delivered, lagOf, poissonArrivals, simulate, type SimulatedSystem } from './simulate.ts'
import { volumesOf } from './volumes.ts'

/** What is tried; the last one is beyond what one delivery may take. */
const thresholds = [300, 1000, 3000, 10_000, 15_000, 30_000, 100_000]
/** Each is simulated with so many posts, at the rate of the busiest hour. */
const usualPosts = 100_000
/** Too little to change a threshold for. */
export const negligibleCores = 0.1
/** By when all but one in a hundred of those who follow are to have a post. */
export const barMs = 2000

export interface ThresholdResult {
  threshold: number
  system: SimulatedSystem
  /** Until the last follower has it: of posts, and of posts as often as they have followers. */
  byPost: Latency
  byFollower: Latency
  /** Posts of bulks that a sidecar would give up and bring again. */
  broken: number
  broadcastsPerDay: number
  /** Cores, all day in the mean, of what depends on the threshold. */
  pushCores: number
  mergeCores: number
  /** Why it will not do; '' if it does. */
  reason: string
}

export interface ThresholdComparison {
  parameters: Parameters
  postsPerSecond: number
  simulatedSeconds: number
  results: ThresholdResult[]
  /** The cheapest of those that will do, or the one that is set if it costs next to nothing more. */
  best: ThresholdResult | undefined
}

/** Simulates the busiest hour of a plan with one threshold after the other, on the deployment that each of them needs. */
export function compareThresholds(
  parameters: Parameters,
  costs: Costs,
  { posts = usualPosts, seed = 1 }: { posts?: number; seed?: number } = {},
): ThresholdComparison {
  const model = deliveryModelOf(costs)
  const { law, perDay } = volumesOf(parameters)
  const postsPerSecond = (perDay.create * parameters.peak) / 86_400
  const most = law.followersAt(0)
  // Beyond the most followed one a threshold changes nothing.
  const tried = thresholds.filter((threshold, index) => index === 0 || thresholds[index - 1]! <= most)
  const results = tried.map((threshold) => {
    const random = createRandom(seed)
    const arrivals = [
      ...poissonArrivals(postsPerSecond, posts, () => Math.round(law.followersAt(1 - random())), random),
    ]
    return resultOf({ ...parameters, threshold }, costs, model, arrivals, seed)
  })
  return {
    ...{ parameters, postsPerSecond, results },
    simulatedSeconds: posts / postsPerSecond,
    best: bestOf(results, parameters.threshold),
  }
}

/** The cheapest that will do; the one that is set where that costs no more worth mentioning. */
function bestOf(results: readonly ThresholdResult[], set: number): ThresholdResult | undefined {
  const will = results.filter(({ reason }) => reason === '').toSorted((one, other) => costOf(one) - costOf(other))
  const [cheapest] = will
  return will.find((one) => one.threshold === set && costOf(one) - costOf(cheapest!) < negligibleCores) ?? cheapest
}

function costOf({ pushCores, mergeCores }: ThresholdResult): number {
  return pushCores + mergeCores
}

function resultOf(
  parameters: Parameters,
  costs: Costs,
  model: DeliveryModel,
  arrivals: Arrival[],
  seed: number,
): ThresholdResult {
  const volumes = volumesOf(parameters)
  const system = systemOf(parameters, costs)
  const delivered = simulate(model, system, arrivals, createRandom(seed + 1))
  const pushMs = pushers.reduce((total, kind) => total + (costs.perFollower[kind] ?? 0), 0)
  const result = {
    ...{ threshold: parameters.threshold, system },
    byPost: lagOf(delivered),
    byFollower: lagOf(delivered, ({ followers }) => followers),
    broken: delivered.filter(({ isBroken }) => isBroken).length,
    broadcastsPerDay: volumes.broadcastsPerDay,
    pushCores: coresAllDay(volumes.perDay.create * volumes.pushedPerPost * pushMs),
    mergeCores: coresAllDay(volumes.mergedPerDay * sum(costs.perBroadcast)),
  }
  return { ...result, reason: reasonAgainst(result) }
}

function coresAllDay(msPerDay: number): number {
  return msPerDay / 1000 / 86_400
}

function reasonAgainst({ byFollower, broken, broadcastsPerDay }: Omit<ThresholdResult, 'reason'>): string {
  if (broken > 0) return 'a delivery takes too long'
  if (byFollower.p99 > barMs) return 'p99 over the bar'
  if (broadcastsPerDay > logLength) return 'the log holds less than a day'
  return ''
}

/** The deployment that is planned, as far as deliveries go through it. */
export function systemOf(parameters: Parameters, costs: Costs): SimulatedSystem {
  const { processes, parts } = plan(parameters, costs)
  const [feeds, relays] = ['feed', 'post'].map((kind) => processes.find((one) => one.kind === kind)?.instances ?? 1)
  const redisNodes = piecesOf(parts, 'Redis of timelines')
  return {
    ...{ relays: relays!, feeds: feeds!, redisNodes, threshold: parameters.threshold },
    feedOther: Math.min(0.95, otherUse('feed', parameters, costs) / 1000 / feeds!),
    redisOther: Math.min(0.95, otherUse('redis', parameters, costs) / 1000 / redisNodes),
  }
}

export interface FanOutCheck {
  followers: number
  measuredMs: number
  simulatedMs: number
  /** Of the simulation from what was measured, as a share. */
  deviation: number
  /** The model was made from this very post, so that it agrees says nothing. */
  isFitted: boolean
}

/** How far the simulation may be from what was measured, as a share. */
export const mostDeviation = 0.25

/** Each so often, among the posts of everybody else. */
const probes = 200
const probeEveryMs = 20_000

/**
 * Posts to as many followers as in workload j, simulated in the deployment and under the load of this plan. Each is predicted by a model
 * fitted to the others; where only two were measured there is no other way than to fit it to both.
 */
export function checkFanOuts(parameters: Parameters, costs: Costs, seed = 1): FanOutCheck[] {
  const { law, perDay } = volumesOf(parameters)
  const perSecond = (perDay.create * parameters.peak) / 86_400
  const count = Math.ceil((perSecond * probes * probeEveryMs) / 1000)
  const random = createRandom(seed)
  const isFitted = costs.deliveries.length < 3
  // All are pushed, as in the bench.
  const system = { ...systemOf(parameters, costs), threshold: Infinity }
  return costs.deliveries.map(({ followers, p50Ms }) => {
    const deliveries = costs.deliveries.filter((other) => isFitted || other.followers !== followers)
    const others = poissonArrivals(perSecond, count, () => Math.round(law.followersAt(1 - random())), random)
    const probed = Array.from({ length: probes }, (_, probe) => ({
      atMs: probe * probeEveryMs,
      followers,
      isProbe: true,
    }))
    const delivered = simulate(deliveryModelOf({ ...costs, deliveries }), system, [...others, ...probed], random)
    const simulatedMs = lagOf(delivered.filter((post: Delivered & { isProbe?: boolean }) => post.isProbe)).p50
    return { followers, measuredMs: p50Ms, simulatedMs, deviation: simulatedMs / p50Ms - 1, isFitted }
  })
}
