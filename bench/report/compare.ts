import { sum } from '../measure/kinds.ts'
import type { Row } from './row.ts'
import { markdown } from './table.ts'

/** After ÷ before, of what both have measured. */
export function compare(before: Row[], after: Row[]): string {
  const pairs = after.flatMap((row) => {
    const earlier = before.find(({ unit, subject }) => unit === row.unit && subject === row.subject)
    return earlier ? [{ row, earlier }] : []
  })
  if (pairs.length === 0) return 'These two have measured nothing that is the same.'
  return markdown(
    ['after ÷ before', 'units/s', 'p50', 'p99', 'CPU-ms', 'MB'],
    pairs.map(({ row, earlier }) => [
      row.subject === 'baseline' ? `${row.title} (baseline)` : row.title,
      ratio(row.perSecond, earlier.perSecond),
      ratio(row.latency?.p50, earlier.latency?.p50),
      ratio(row.latency?.p99, earlier.latency?.p99),
      ratio(sum(row.cpuMs), sum(earlier.cpuMs)),
      ratio(sum(row.memoryBytes), sum(earlier.memoryBytes)),
    ]),
  )
}

function ratio(after: number | undefined, before: number | undefined): string {
  return after === undefined || before === undefined || before === 0 ? '' : (after / before).toFixed(2)
}
