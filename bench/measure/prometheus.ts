/** A histogram as Prometheus tells it: how many were at most so large, for rising sizes. */
export interface Histogram {
  buckets: { most: number; count: number }[]
  sum: number
  count: number
}

interface Series {
  name: string
  labels: string
  value: number
}

function* seriesOf(text: string): Generator<Series> {
  for (const line of text.split('\n')) {
    const [, name = '', labels = '', value] = /^(\w+)(\{.*\})? (\S+)/.exec(line) ?? []
    if (name !== '') yield { name, labels, value: Number(value) }
  }
}

function fits({ labels }: Series, wanted: Record<string, string>): boolean {
  return Object.entries(wanted).every(([label, value]) => labels.includes(`${label}="${value}"`))
}

/** The sum of a counter's series that have these labels. */
export function sumOf(text: string, name: string, labels: Record<string, string> = {}): number {
  let total = 0
  for (const series of seriesOf(text)) if (series.name === name && fits(series, labels)) total += series.value
  return total
}

/** A histogram, its series with these labels added up. */
export function parseHistogram(text: string, name: string, labels: Record<string, string> = {}): Histogram {
  const counts = new Map<number, number>()
  for (const series of seriesOf(text)) {
    if (series.name !== `${name}_bucket` || !fits(series, labels)) continue
    const most = Number((/le="([^"]+)"/.exec(series.labels)?.[1] ?? '').replace('+Inf', 'Infinity'))
    counts.set(most, (counts.get(most) ?? 0) + series.value)
  }
  const buckets = [...counts].map(([most, count]) => ({ most, count })).toSorted((a, b) => a.most - b.most)
  return { buckets, sum: sumOf(text, `${name}_sum`, labels), count: sumOf(text, `${name}_count`, labels) }
}

/** What was added since an earlier reading. */
export function subtract(later: Histogram, earlier: Histogram): Histogram {
  return {
    buckets: later.buckets.map(({ most, count }, index) => ({
      most,
      count: count - (earlier.buckets[index]?.count ?? 0),
    })),
    sum: later.sum - earlier.sum,
    count: later.count - earlier.count,
  }
}

/** The size that this share is at most, taken evenly within a bucket; of what is beyond the last bound, that bound. */
export function quantile({ buckets, count }: Histogram, share: number): number {
  const wanted = count * share
  let [least, below] = [0, 0]
  for (const { most, count } of buckets) {
    if (count >= wanted && count > below) {
      return most === Infinity ? least : least + (most - least) * ((wanted - below) / (count - below))
    }
    ;[least, below] = [most, count]
  }
  return least
}
