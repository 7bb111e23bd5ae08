import { describe, expect, test } from 'vitest'
import { createRandom } from '../data/random.ts'
import { createAgenda } from './agenda.ts'
import { checkFanOuts, compareThresholds } from './compare-thresholds.ts'
import { costsOf } from './costs.ts'
import { type DeliveryModel, deliveryModelOf } from './delivery-model.ts'
import { exampleReport } from './example.ts'
import { readParameters } from './parameters.ts'
import { checkTable } from './print.ts'
import { type Arrival, lagOf, poissonArrivals, simulate, type SimulatedSystem } from './simulate.ts'

const model: DeliveryModel = { relayMs: 2, wayMs: 30, eventMs: 1, feedMs: 0.04, redisMs: 0.01, otherMs: 0.05 }
const small: SimulatedSystem = {
  ...{ relays: 1, feeds: 1, redisNodes: 1, feedOther: 0, redisOther: 0, threshold: 10_000 },
}
/** Relay, way, the wait for a bulk, and the event itself. */
const fixedMs = 2 + 30 + 100 + 1

function lagsOf(arrivals: Arrival[], system: Partial<SimulatedSystem> = {}): number[] {
  const delivered = simulate(model, { ...small, ...system }, arrivals, createRandom(1))
  return arrivals.map(
    (arrival) => delivered.find((post) => post.atMs === arrival.atMs && post.followers === arrival.followers)!.lagMs,
  )
}

test('what is to happen happens by time, and at one time in the order in which it was asked for', () => {
  const agenda = createAgenda()
  const random = createRandom(3)
  const seen: [number, number][] = []
  for (let order = 0; order < 1000; order++) {
    const atMs = Math.floor(random() * 50)
    agenda.after(atMs, () => {
      expect(agenda.nowMs()).toBe(atMs)
      seen.push([atMs, order])
    })
  }
  agenda.run()
  expect(seen).toHaveLength(1000)
  expect(seen).toEqual(seen.toSorted(([a, first], [b, second]) => a - b || first - second))
})

describe('a delivery', () => {
  test('that is alone takes its fixed time and that of each follower', () => {
    for (const followers of [0, 1, 500, 501, 9999]) {
      expect(lagsOf([{ atMs: 0, followers }])[0]).toBeCloseTo(fixedMs + 0.1 * followers, 6)
    }
  })

  test('of somebody from the threshold on takes the fixed time, however many follow', () => {
    expect(lagsOf([{ atMs: 0, followers: 10_000 }])[0]).toBeCloseTo(fixedMs, 6)
  })

  test('comes with what else came within the wait for a bulk, and not much later', () => {
    const [first, second] = lagsOf([
      { atMs: 0, followers: 10 },
      { atMs: 50, followers: 20 },
    ])
    expect(first!).toBeLessThan(fixedMs + 5)
    expect(second!).toBeLessThan(fixedMs - 40)
  })

  test('of a large author holds up the next bulk of the same sidecar, and nobody of another one', () => {
    const [large, next] = lagsOf([
      { atMs: 0, followers: 9999 },
      { atMs: 300, followers: 10 },
    ])
    expect(large!).toBeGreaterThan(1000)
    // It waits until the large one is there, and then for its own bulk.
    expect(next!).toBeGreaterThan(large! - 300 + 90)
    const arrivals = [
      { atMs: 0, followers: 9999 },
      ...Array.from({ length: 40 }, (_, post) => ({ atMs: 300 + post / 100, followers: 10 })),
    ]
    const lags = lagsOf(arrivals, { feeds: 4 }).slice(1)
    expect(lags.filter((lag) => lag < 400).length).toBeGreaterThan(20)
  })

  test('that takes longer than a sidecar waits for is broken off', () => {
    const delivered = simulate(model, { ...small, threshold: 1e9 }, [{ atMs: 0, followers: 200_000 }], createRandom(1))
    expect(delivered[0]!.isBroken).toBe(true)
  })

  test('takes longer where pages take a part of feed', () => {
    const [alone, busy] = [0, 0.5].map((feedOther) => lagsOf([{ atMs: 0, followers: 1000 }], { feedOther })[0]!)
    expect(busy! - alone!).toBeCloseTo(1 + 0.04 * 1000, 6)
  })
})

describe('many deliveries', () => {
  const random = createRandom(7)
  function lagAt(perSecond: number): ReturnType<typeof lagOf> {
    const arrivals = [...poissonArrivals(perSecond, 5000, () => 200, random)]
    return lagOf(simulate(model, small, arrivals, random))
  }

  test('all arrive, each once', () => {
    const arrivals = [...poissonArrivals(50, 3000, () => 100, random)]
    const delivered = simulate(model, { ...small, feeds: 3, relays: 2 }, arrivals, random)
    expect(delivered.map(({ atMs }) => atMs).toSorted((a, b) => a - b)).toEqual(arrivals.map(({ atMs }) => atMs))
  })

  test('are later the more come, and pile up beyond what one feed can do', () => {
    // A post is 9 ms of feed's event loop: 110 a second are all it can do.
    const [little, much, tooMuch] = [5, 60, 200].map(lagAt)
    expect(much!.p99).toBeGreaterThan(little!.p99)
    expect(tooMuch!.max).toBeGreaterThan(5 * much!.max)
  })

  test('come as often as was asked, at random', () => {
    const times = [...poissonArrivals(20, 20_000, () => 1, random)].map(({ atMs }) => atMs)
    expect(20_000 / (times.at(-1)! / 1000)).toBeCloseTo(20, 0)
    const gaps = times.slice(1).map((atMs, index) => atMs - times[index]!)
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
    const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length)
    // As of an exponential distribution.
    expect(deviation / mean).toBeCloseTo(1, 1)
  })
})

test('a share of followers is later than a share of posts where the large ones are late', () => {
  const posts = [100, 100, 100, 100, 1000].map((lagMs, index) => ({
    atMs: index,
    followers: lagMs === 1000 ? 400 : 1,
    lagMs,
    isBroken: false,
  }))
  expect(lagOf(posts).p50).toBe(100)
  expect(lagOf(posts, ({ followers }) => followers).p50).toBe(1000)
  expect(lagOf(posts, ({ followers }) => followers).mean).toBeCloseTo((400 + 400 * 1000) / 404, 6)
})

describe('held against workload j', () => {
  const costs = costsOf([exampleReport()])

  test('posts to followers in between and beyond are predicted by a model fitted to the others', () => {
    const { relayMs, wayMs, eventMs, feedMs, redisMs, otherMs } = deliveryModelOf(costs)
    expect(feedMs + redisMs + otherMs).toBeCloseTo(0.1, 9)
    expect([feedMs, redisMs]).toEqual([expect.closeTo(0.04, 6), expect.closeTo(0.01, 6)])
    expect(relayMs + wayMs + 100 + eventMs).toBeCloseTo(150, 6)
    const [parameters] = readParameters({ people: '1e4' })
    const checks = checkFanOuts(parameters!, costs)
    expect(checks.map(({ followers, isFitted }) => [followers, isFitted])).toEqual([
      [100, false],
      [1000, false],
      [10_000, false],
    ])
    for (const { deviation } of checks) expect(Math.abs(deviation)).toBeLessThan(0.05)
  })

  test('a system that does not grow with followers as a line is seen to deviate', () => {
    const report = exampleReport()
    const rows = report.rows.map((row) =>
      row.unit === 'fan-out 1000' ? { ...row, latency: { ...row.latency!, p50: 500 } } : row,
    )
    const [parameters] = readParameters({ people: '1e4' })
    const check = checkFanOuts(parameters!, costsOf([{ ...report, rows }])).find(({ followers }) => followers === 1000)
    expect(check!.deviation).toBeCloseTo(-0.5, 1)
    expect(checkTable([check!])).toContain('1 of them are not within 25 %')
  })
})

describe('comparing thresholds', () => {
  const few = { posts: 10_000, seed: 1 }
  const costs = costsOf([exampleReport()])

  test('a higher one pushes more and merges less, and the best is the cheapest that is within the bar', () => {
    const [parameters] = readParameters({ people: '1e6' })
    const { results, best } = compareThresholds(parameters!, costs, few)
    for (const [index, result] of results.slice(1).entries()) {
      expect(result.pushCores).toBeGreaterThanOrEqual(results[index]!.pushCores)
      expect(result.mergeCores).toBeLessThanOrEqual(results[index]!.mergeCores)
    }
    const will = results.filter(({ reason }) => reason === '')
    expect(best).toBeDefined()
    for (const { pushCores, mergeCores } of will) {
      expect(best!.pushCores + best!.mergeCores).toBeLessThanOrEqual(pushCores + mergeCores + 0.1)
    }
    expect(best!.byFollower.p99).toBeLessThanOrEqual(2000)
  }, 60_000)

  test('the threshold that is set stays where another one is hardly cheaper', () => {
    const [parameters] = readParameters({ people: '1e4', threshold: '1000' })
    expect(compareThresholds(parameters!, costs, few).best?.threshold).toBe(1000)
  }, 60_000)

  test('says so where no threshold will do', () => {
    const slow = {
      ...costs,
      deliveries: [
        { followers: 100, p50Ms: 5000 },
        { followers: 10_000, p50Ms: 60_000 },
      ],
    }
    const [parameters] = readParameters({ people: '1e4' })
    expect(compareThresholds(parameters!, slow, few).best).toBeUndefined()
  }, 60_000)
})
