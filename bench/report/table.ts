import { sum } from '../measure/kinds.ts'
import type { Row } from './row.ts'
import { targetsOf } from './targets.ts'

/** The rows as Markdown: rates, times, costs; where the costs lie; and what was to be reached. */
export function table(rows: Row[]): string {
  return [rateTable(rows), costTable(rows), targetTable(rows)].filter(Boolean).join('\n\n')
}

function rateTable(rows: Row[]): string {
  const head = ['', 'units/s', 'users', 'p50', 'p90', 'p99', 'errors', 'late', 'CPU-ms', 'generator', 'MB', 'load']
  return markdown(
    head,
    rows.map((row) => {
      const { latency } = row
      return [
        nameOf(row),
        rounded(row.perSecond),
        row.users === undefined ? '' : String(row.users),
        ...[latency?.p50, latency?.p90, latency?.p99].map((ms) => (ms === undefined ? '' : rounded(ms))),
        String(row.errors),
        row.halfLoad ? String(row.halfLoad.late) : '',
        rounded(sum(row.cpuMs)),
        rounded(row.generatorMs),
        (sum(row.memoryBytes) / 1e6).toFixed(0),
        `${row.load.before.toFixed(1)} → ${row.load.during.toFixed(1)}`,
      ]
    }),
  )
}

/** Three digits that count. */
function rounded(value: number): string {
  return value.toFixed(Math.max(0, Math.min(2, 2 - Math.floor(Math.log10(Math.max(value, 0.01))))))
}

function nameOf(row: Row): string {
  return row.subject === 'baseline' ? `${row.title} (baseline)` : row.title
}

/** CPU-ms of a unit by kind of process; kinds that cost next to nothing everywhere are left out. */
function costTable(rows: Row[]): string {
  const kinds = [...new Set(rows.flatMap(({ cpuMs }) => Object.keys(cpuMs)))]
  const shown = kinds.filter((kind) => rows.some(({ cpuMs }) => (cpuMs[kind] ?? 0) >= 0.01 * sum(cpuMs)))
  return markdown(
    ['CPU-ms', ...shown],
    rows.map((row) => [
      nameOf(row),
      ...shown.map((kind) => ((row.cpuMs[kind] ?? 0) >= 0.005 ? rounded(row.cpuMs[kind] ?? 0) : '')),
    ]),
  )
}

function targetTable(rows: Row[]): string {
  const targets = targetsOf(rows)
  if (targets.length === 0) return ''
  return markdown(
    ['to reach', '', 'measured', ''],
    targets.map(({ about, bound, measured, reached }) => [about, bound, measured, reached ? 'yes' : 'no']),
  )
}

export function markdown(head: string[], body: string[][]): string {
  const widths = head.map((cell, column) => Math.max(cell.length, ...body.map((row) => row[column]?.length ?? 0), 3))
  function line(cells: string[]): string {
    return `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join(' | ')} |`
  }
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  return [line(head), rule, ...body.map(line)].join('\n')
}
