import { expect, test } from 'vitest'
import { parseHistogram, quantile, subtract, sumOf } from './prometheus.ts'

const text = `# HELP lag Time
# TYPE lag histogram
lag_bucket{le="0.1",topic="a"} 50
lag_bucket{le="0.5",topic="a"} 90
lag_bucket{le="+Inf",topic="a"} 100
lag_sum{topic="a"} 30
lag_count{topic="a"} 100
lag_bucket{le="0.1",topic="b"} 7
lag_count{topic="b"} 7
consumed_total{topic="a",outcome="handled"} 12
consumed_total{topic="a",outcome="ignored"} 3
consumed_total{topic="b",outcome="handled"} 1e3
consumed 5
`

test('adds up the series of a counter that have the labels asked for', () => {
  expect(sumOf(text, 'consumed_total')).toBe(1015)
  expect(sumOf(text, 'consumed_total', { topic: 'a' })).toBe(15)
  expect(sumOf(text, 'consumed')).toBe(5)
  expect(sumOf(text, 'nothing')).toBe(0)
})

test('quantiles of a histogram lie where they would if a bucket were filled evenly', () => {
  const lag = parseHistogram(text, 'lag', { topic: 'a' })
  expect(lag.sum).toBe(30)
  expect(quantile(lag, 0.25)).toBeCloseTo(0.05)
  expect(quantile(lag, 0.5)).toBeCloseTo(0.1)
  expect(quantile(lag, 0.7)).toBeCloseTo(0.3)
  expect(quantile(lag, 0.99)).toBe(0.5)
})

test('what came since an earlier reading', () => {
  const earlier = parseHistogram(
    text.replace('} 50', '} 10').replace('} 90', '} 10').replaceAll('} 100', '} 10'),
    'lag',
    {
      topic: 'a',
    },
  )
  const since = subtract(parseHistogram(text, 'lag', { topic: 'a' }), earlier)
  expect(since.count).toBe(90)
  expect(since.buckets.map(({ count }) => count)).toEqual([40, 80, 90])
})
