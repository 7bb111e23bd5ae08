import type { Browser } from 'playwright-core'
import type { Demo } from './demo.ts'

export interface Bench {
  demo: Demo
  browser: Browser
  /** How often each page is loaded. */
  runs: number
}

export interface Result {
  what: string
  value: number
  unit: 'ms' | 'kB' | 'frames/s' | '' | '×'
  /** What it may be at most, or must be at least. */
  bar?: { atMost: number } | { atLeast: number }
  /** Undefined where there is no bar. */
  holds?: boolean
  /** What is worth knowing of it. */
  note?: string
}

export function result(
  what: string,
  value: number,
  unit: Result['unit'],
  { bar, note }: Pick<Result, 'bar' | 'note'> = {},
): Result {
  const holds = bar && ('atMost' in bar ? value <= bar.atMost : value >= bar.atLeast)
  return { what, value, unit, ...(bar && { bar }), ...(holds === undefined ? {} : { holds }), ...(note && { note }) }
}

export function resultLine({ what, value, unit, bar, holds, note }: Result): string {
  const digits = unit === 'ms' || unit === 'frames/s' ? 0 : unit === 'kB' ? 1 : 3
  const sign = bar && ('atMost' in bar ? `≤ ${bar.atMost}` : `≥ ${bar.atLeast}`)
  const mark = holds === undefined ? ' ' : holds ? '✓' : '✗'
  const parts = [mark, what.padEnd(44), `${value.toFixed(digits)} ${unit}`.trim().padStart(14), (sign ?? '').padEnd(8)]
  return [...parts, note ?? ''].join('  ').trimEnd()
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? NaN
}
