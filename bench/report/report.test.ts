import { describe, expect, test } from 'vitest'
import { compare } from './compare.ts'
import type { Row } from './row.ts'
import { table } from './table.ts'
import { targetsOf } from './targets.ts'

function row(over: Partial<Row>): Row {
  return {
    ...{ workload: 'home-feed', unit: 'home', title: 'home feed', subject: 'daguerre', units: 100, errors: 0 },
    ...{ perSecond: 400, users: 16, halfLoad: { perSecond: 200, late: 0 } },
    latency: { mean: 11, p50: 10, p90: 20, p99: 40, max: 50 },
    cpuMs: { gateway: 0.5, feed: 1, 'feed-sidecar': 0.5, postgres: 0 },
    generatorMs: 0.8,
    memoryBytes: { gateway: 80e6, feed: 85e6, postgres: 200e6 },
    load: { before: 0.5, during: 2 },
    ...over,
  }
}

const baseline = row({ subject: 'baseline', cpuMs: { baseline: 3, postgres: 1 } })

describe('comparing two runs', () => {
  test('prints after ÷ before of what both have measured', () => {
    const after = row({ perSecond: 800, cpuMs: { gateway: 0.5, feed: 0.5 } })
    const lines = compare([row({}), baseline], [after, row({ unit: 'post' })]).split('\n')
    expect(lines).toHaveLength(3)
    expect(lines[2]).toMatch(/^\| home feed +\| +2\.00 \| +1\.00 \| +1\.00 \| +0\.50 \| +1\.00 \|$/)
  })

  test('the baseline is compared with the baseline', () => {
    expect(compare([row({}), baseline], [baseline])).toMatch(/home feed \(baseline\) +\| +1\.00/)
  })

  test('says so where nothing is the same', () => {
    expect(compare([row({})], [row({ unit: 'post' })])).toContain('nothing that is the same')
  })
})

describe('targets', () => {
  test('hold costs, rates, spreads and ratios against their bounds', () => {
    const found = targetsOf([row({}), baseline])
    expect(found.map(({ about, measured, reached }) => [about, measured, reached])).toEqual([
      ['home feed', '2.00 CPU-ms', false],
      ['home feed', '400 /s', false],
      ['home feed', '0.50 × the baseline', true],
      ['p99 ÷ p50 of reads at half load', '4.0', true],
      ['largest service process', '85 MB', true],
    ])
  })

  test('a ratio without its baseline is left out', () => {
    expect(targetsOf([row({})]).some(({ bound }) => bound.includes('baseline'))).toBe(false)
  })
})

describe('the table', () => {
  test('leaves out kinds of process that have no part in any row', () => {
    const printed = table([row({}), baseline])
    const costs = printed.split('\n\n')[1] ?? ''
    expect(costs).toContain('feed-sidecar')
    expect(costs).toContain('postgres')
    expect(table([row({})])).not.toContain('postgres')
  })

  test('shows digits that count', () => {
    const printed = table([row({ perSecond: 1234.6, cpuMs: { media: 912.34 }, generatorMs: 0.0412 })])
    expect(printed).toMatch(/\| +1235 \|/)
    expect(printed).toMatch(/\| +912 \| +0\.04 \|/)
  })
})
