/** Time of units of work, in ms. */
export interface Latency {
  mean: number
  p50: number
  p90: number
  p99: number
  max: number
}

export interface LoadResult {
  /** Units of work that were done, right or wrong. */
  units: number
  /** Of them those with an answer that was not as it had to be. */
  wrong: number
  /** Units that were to begin when nobody was free to do them. */
  dropped: number
  seconds: number
  latency: Latency
  /** What k6 said, of wrong answers above all. */
  said: string
}

interface Metric {
  values: Record<string, number>
}

interface Summary {
  metrics: Record<string, Metric>
  durationMs: number
}

/** What k6's summary says of a load. @throws Error if nothing was done at all */
export function readSummary(summary: unknown): Omit<LoadResult, 'said'> {
  const { metrics, durationMs } = summary as Summary
  function value(metric: string, name: string): number {
    return metrics[metric]?.values[name] ?? 0
  }
  const units = value('units', 'count')
  if (units === 0) throw new Error('The load did nothing.')
  return {
    units,
    wrong: value('wrong', 'count'),
    dropped: value('dropped_iterations', 'count'),
    seconds: durationMs / 1000,
    latency: {
      mean: value('unit_ms', 'avg'),
      p50: value('unit_ms', 'p(50)'),
      p90: value('unit_ms', 'p(90)'),
      p99: value('unit_ms', 'p(99)'),
      max: value('unit_ms', 'max'),
    },
  }
}

/** Of times that were taken one by one, in ms. */
export function latencyOf(times: readonly number[]): Latency {
  const sorted = times.toSorted((a, b) => a - b)
  function at(share: number): number {
    return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
  }
  return {
    mean: sorted.reduce((sum, time) => sum + time, 0) / sorted.length,
    ...{ p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) },
  }
}
