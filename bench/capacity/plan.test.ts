import { describe, expect, test } from 'vitest'
import { costsOf } from './costs.ts'
import { exampleReport } from './example.ts'
import { ParameterError, type Parameters, readParameters } from './parameters.ts'
import { firstFull, plan, type Plan } from './plan.ts'
import { planTables } from './print.ts'

const costs = costsOf([exampleReport()])

function parameters(over: Partial<Parameters> = {}): Parameters {
  return { ...readParameters({ people: '1e6' })[0]!, ...over }
}

function coresOf({ processes }: Plan, kind: string): number {
  return processes.find((one) => one.kind === kind)!.cores
}

function needOf({ parts }: Plan, name: string, of: string): number {
  return parts.find((part) => part.name === name && part.of === of)!.need
}

/** Nobody does anything but what is named. */
const still = {
  ...{ pages: 0, posts: 0, likes: 0, comments: 0, logins: 0, refreshes: 0, peak: 1, daily: 0.5, monthly: 0.5 },
}

describe('a plan', () => {
  test('of likes alone is what a hand calculation says', () => {
    // 1e6 · 0.5 · 1.728 a day are 10 a second, at a peak of 2 that is 20; each takes 1 CPU-ms of the gateway and 2 of PostgreSQL.
    const found = plan(parameters({ ...still, likes: 1.728, peak: 2, use: 0.5, instances: 1 }), costs)
    expect(found.peakPerSecond.like).toBeCloseTo(20, 6)
    // 20 ms a second and 10 ms idle, of half a core each.
    expect(coresOf(found, 'gateway')).toBeCloseTo(0.06, 6)
    expect(needOf(found, 'PostgreSQL', 'cores')).toBeCloseTo(0.04, 6)
    // Two commits and one page of the log for each; of a hundred blocks one is not in memory.
    expect(found.postgres.writeIops).toBeCloseTo(60, 6)
    expect(found.postgres.readIops).toBeCloseTo(20, 6)
    expect(found.kafka.find(({ topic }) => topic === 'interaction')!.eventsPerSecond).toBeCloseTo(40, 6)
    expect(found.s3.bytes).toBe(0)
    // Five services with a database, one instance each.
    expect(found.postgres.connections).toBe(55)
  })

  test('of posts: photographs for the years, a notification for each follower', () => {
    const one = parameters({ ...still, posts: 1, photos: 2, years: 1, follows: 100 })
    const found = plan(one, costs)
    const posts = 500_000 * 365
    expect(found.s3.bytes).toBeCloseTo(posts * 2 * 1e6, -6)
    expect(found.s3.bytesPerDay).toBeCloseTo(1e12, 0)
    // 100 bytes a document, of 180 days: one a follower, two of the author's; one that remembers each post; half as much of indexes.
    expect(found.mongodb.bytes).toBeCloseTo((500_000 * 180 * 102 + posts) * 100 * 1.5, -6)
  })

  test('of people who only are there: rows and timelines', () => {
    const found = plan(parameters({ ...still, follows: 100 }), costs)
    // Two sessions of each who came this month; a profile, a hundred follows, two counters and a count of posts.
    expect(found.postgres.bytes['auth']).toBeCloseTo(1e6 * 100 + 0.5e6 * 2 * 100, 0)
    expect(found.postgres.bytes['user']).toBeCloseTo(1e6 * 104 * 100, 0)
    // No posts: a timeline is its edges. And a copy of each who came.
    expect(found.redis.bytes['redis']).toBeCloseTo(0.5e6 * 100 * 100 + 0.5e6 * 100, 0)
  })

  test('a follower more is pushed to at most up to the threshold, and told in any case', () => {
    const few = plan(parameters({ ...still, posts: 1, follows: 100, threshold: 1e9 }), costs)
    const many = plan(parameters({ ...still, posts: 1, follows: 300, threshold: 1e9 }), costs)
    const perSecond = 500_000 / 86_400
    const [told, toldMore] = [few, many].map(
      ({ processes }) => processes.find(({ kind }) => kind === 'notification')!.busyCores,
    )
    expect((toldMore! - told!) * 1000).toBeCloseTo(perSecond * 200 * 0.1, 3)
    const free = { ...costs, perBroadcast: {} }
    const cut = plan(parameters({ ...still, posts: 1, follows: 300, threshold: 1000 }), free)
    expect(needOf(cut, 'Redis of timelines', 'core')).toBeLessThan(needOf(many, 'Redis of timelines', 'core'))
    expect(needOf(cut, 'MongoDB', 'cores')).toBeCloseTo(needOf(many, 'MongoDB', 'cores'), 9)
  })

  test('of twice as many people needs twice as much of what is not idle', () => {
    const [one, two] = [1e6, 2e6].map((people) => plan(parameters({ people, threshold: 1e9, instances: 1 }), costs))
    for (const [name, of] of [
      ['PostgreSQL', 'cores'],
      ['PostgreSQL', 'disk'],
      ['PostgreSQL', 'IOPS'],
      ['MongoDB', 'disk'],
      ['Redis of timelines', 'memory'],
      ['Redis of timelines', 'core'],
    ] as const) {
      expect(needOf(two!, name, of) / needOf(one!, name, of)).toBeCloseTo(2, 6)
    }
    expect(two!.s3.bytes / one!.s3.bytes).toBeCloseTo(2, 6)
  })

  test('never needs less where people do more', () => {
    const usual = plan(parameters(), costs)
    for (const name of [
      'pages',
      'posts',
      'likes',
      'comments',
      'logins',
      'refreshes',
      'peak',
      'follows',
      'daily',
    ] as const) {
      const value = parameters()[name]
      const more = plan(parameters({ [name]: value * 1.5, monthly: 1 }), costs)
      for (const [index, part] of usual.parts.entries()) {
        // A threshold spares a part of what more follows cost; the rest has to grow or stay.
        expect(more.parts[index]!.need, `${name}: ${part.name}, ${part.of}`).toBeGreaterThanOrEqual(
          part.need * (1 - 1e-9),
        )
      }
    }
  })

  test('has as many pieces that none is used more than was said', () => {
    for (const people of [1e4, 1e6, 1e8]) {
      const found = plan(parameters({ people }), costs)
      for (const { need, one, pieces } of found.parts) expect(need / pieces).toBeLessThanOrEqual(one * (1 + 1e-9))
      for (const { kind, busyCores, instances } of found.processes) {
        if (!kind.endsWith('-sidecar')) expect(busyCores / instances).toBeLessThanOrEqual(0.6 + 1e-9)
      }
    }
  })

  test('names the part that is full first: there it is just full, and nothing else is', () => {
    const { parts } = plan(parameters(), costs)
    const first = firstFull(parts, false)
    const there = plan(parameters({ people: first.fullAtPeople }), costs)
    for (const part of there.parts.filter(({ isStateless }) => !isStateless)) {
      if (part.name === first.name && part.of === first.of) expect(part.need / part.one).toBeCloseTo(1, 1)
      else expect(part.need / part.one).toBeLessThan(1.05)
    }
  })

  test('is printed side by side, with what is full first in bold', () => {
    const printed = planTables(readParameters({ people: '1e4,1e6' }).map((one) => plan(one, costs)))
    expect(printed).toContain('| 10k people |')
    expect(printed).toContain('`--most-followed 0.3`')
    expect(printed).toContain('1M people')
    expect(printed).toMatch(/- 10k people: full first are, of stores, \w+/)
    expect(printed.match(/\*\*/g)!.length).toBe(2 * 2 * 2)
  })
})

describe('what was measured', () => {
  test('a row that is missing is named, with the command that measures it', () => {
    const report = exampleReport()
    function without(unit: string) {
      return () => costsOf([{ ...report, rows: report.rows.filter((row) => row.unit !== unit) }])
    }
    expect(without('home')).toThrow('npm run bench -- home-feed')
    expect(without('login')).toThrow('npm run bench -- sign-in')
    expect(without('merge 0')).toThrow('npm run bench -- merge')
    const { sizes: _, ...bare } = report
    expect(() => costsOf([bare])).toThrow('npm run bench -- sizes')
    expect(() => costsOf([{ ...report, rows: report.rows.filter((row) => row.workload !== 'fan-out') }])).toThrow(
      'fan-out',
    )
  })

  test('a later file counts before an earlier one, and the baseline not at all', () => {
    const report = exampleReport()
    const rows = report.rows.filter((row) => row.unit === 'home')
    const later = { ...report, rows: rows.map((row) => ({ ...row, cpuMs: { feed: 7 } })) }
    const baseline = {
      ...report,
      rows: rows.map((row) => ({ ...row, subject: 'baseline' as const, cpuMs: { feed: 9 } })),
    }
    expect(costsOf([report, later, baseline]).unit.home).toEqual({ feed: 7 })
    // Whose followers a created post went to is that community's which created it.
    const other = { ...later, community: { ...report.community, follows: 200 } }
    expect(costsOf([report, other]).followersInCreate).toBe(100)
  })

  test('a follower costs what more followers cost more, and noise below nothing is nothing and said', () => {
    expect(costs.perFollower['feed']).toBeCloseTo(0.04, 9)
    expect(costs.doubts.join()).not.toContain('noise')
    const report = exampleReport()
    const noisy = report.rows.map((row) =>
      row.unit === 'fan-out 10000' ? { ...row, cpuMs: { ...row.cpuMs, mongodb: 1 } } : row,
    )
    const found = costsOf([{ ...report, rows: noisy }])
    expect(found.perFollower['mongodb']).toBe(0)
    expect(found.doubts.join()).toMatch(/noise for mongodb/)
  })

  test('a table without rows is named', () => {
    const report = exampleReport()
    delete report.sizes!.postgres['post.post']
    expect(() => plan(parameters(), costsOf([report]))).toThrow('post.post')
  })
})

describe('parameters', () => {
  test('are read as they are typed, several numbers of people at once', () => {
    const [one, other] = readParameters({ people: '1e4,2000000', 'most-followed': '0.2', daily: '0.4' })
    expect([one!.people, other!.people, one!.mostFollowed, one!.daily]).toEqual([10_000, 2_000_000, 0.2, 0.4])
  })

  test.each([
    [{ people: 'many' }, '--people is "many"'],
    [{ people: '1e6,' }, '--people is ""'],
    [{ daily: '1.5' }, '--daily is "1.5" and must be a number, from 0.001 to 1.'],
    [{ 'most-followed': '0' }, '--most-followed'],
    [{ daily: '0.9' }, '--monthly'],
    [{ people: '500', follows: '400' }, 'cannot follow 400'],
  ])('%o is refused with a sentence', (flags, sentence) => {
    expect(() => readParameters(flags)).toThrow(ParameterError)
    expect(() => readParameters(flags)).toThrow(sentence)
  })
})
