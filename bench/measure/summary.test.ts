import { expect, test } from 'vitest'
import { latencyOf, readSummary } from './summary.ts'

const metrics = {
  units: { values: { count: 200, rate: 40 } },
  wrong: { values: { count: 3, rate: 0.6 } },
  unit_ms: { values: { avg: 12, 'p(50)': 10, 'p(90)': 20, 'p(99)': 40, max: 55 } },
}

test("reads percentiles and counts of k6's summary", () => {
  expect(readSummary({ metrics, durationMs: 5000 })).toEqual({
    ...{ units: 200, wrong: 3, dropped: 0, seconds: 5 },
    latency: { mean: 12, p50: 10, p90: 20, p99: 40, max: 55 },
  })
})

test('a load that did nothing is an error, not a row of zeros', () => {
  expect(() => readSummary({ metrics: {}, durationMs: 5000 })).toThrow('did nothing')
})

test('percentiles of single times are times that were taken', () => {
  const times = Array.from({ length: 200 }, (_, index) => 200 - index)
  expect(latencyOf(times)).toEqual({ mean: 100.5, p50: 100, p90: 180, p99: 198, max: 200 })
  expect(latencyOf([7])).toEqual({ mean: 7, p50: 7, p90: 7, p99: 7, max: 7 })
})
