import { added, sum, type ByKind } from '../measure/kinds.ts'
import { markdown } from '../report/table.ts'
import type { Group, Variant, Way } from './variants.ts'

/** One variant in one round. */
export interface Measured {
  perSecond: number
  /** Of one unit, by process. */
  cpuMs: ByKind
  load: number
}

type Rounds = ReadonlyMap<Variant, readonly Measured[]>

interface Line {
  title: string
  rounds: readonly Measured[]
}

/** A table for each group as Markdown, one for the ways, and the load that there was. Lines are held against the first of their table. */
export function protocolTables(groups: readonly Group[], ways: readonly Way[], measured: Rounds): string {
  const loads = [...measured.values()].flat().map(({ load }) => load)
  return [
    ...groups.map(({ title, unit, variants }) =>
      tableOf(
        title,
        unit,
        variants.map((variant) => ({ title: variant.title, rounds: measured.get(variant) ?? [] })),
      ),
    ),
    tableOf(
      'publish; deliver',
      'event',
      ways.map(({ title, parts }) => ({ title, rounds: together(parts.map((part) => measured.get(part) ?? [])) })),
    ),
    `Load: ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}.`,
  ].join('\n\n')
}

/** Round by round, the parts after each other. */
function together([first = [], ...others]: (readonly Measured[])[]): Measured[] {
  return first.map((round, index) =>
    others.reduce(
      (total, part) => ({
        cpuMs: added(total.cpuMs, part[index]!.cpuMs),
        perSecond: Math.min(total.perSecond, part[index]!.perSecond),
        load: Math.max(total.load, part[index]!.load),
      }),
      round,
    ),
  )
}

const apps = /^(caller|http|h2c|grpc)$/

function tableOf(title: string, unit: string, lines: readonly Line[]): string {
  const head = [title, `CPU-ms, ${unit}`, 'app', 'sidecar', 'redis', '/s', 'ratio', 'by round']
  const reference = lines[0]!.rounds
  return markdown(
    head,
    lines.map(({ title, rounds }) => {
      const ratios = rounds.map(({ cpuMs }, index) => sum(cpuMs) / sum(reference[index]!.cpuMs))
      return [
        title,
        digits(meanOf(rounds)),
        ...[apps, /-sidecar$/, /^redis$/].map((kinds) => digits(meanOf(rounds, kinds))),
        mean(rounds.map(({ perSecond }) => perSecond)).toFixed(0),
        (meanOf(rounds) / meanOf(reference)).toFixed(2),
        `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`,
      ]
    }),
  )
}

function meanOf(rounds: readonly Measured[], kinds = /./): number {
  return mean(rounds.map(({ cpuMs }) => sumOf(cpuMs, kinds)))
}

function sumOf(byKind: ByKind, kinds: RegExp): number {
  return sum(Object.fromEntries(Object.entries(byKind).filter(([kind]) => kinds.test(kind))))
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length
}

function digits(value: number): string {
  return value.toFixed(value < 1 ? 3 : 2)
}
