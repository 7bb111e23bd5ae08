import { isNode, sum } from '../measure/kinds.ts'
import type { Row } from './row.ts'

/** Something that was to be reached, and whether it was. */
export interface Target {
  about: string
  bound: string
  measured: string
  reached: boolean
}

interface Bound {
  about: string
  /** undefined where the rows that it takes were not measured. */
  measure: (rows: Rows) => number | undefined
  most?: number
  least?: number
  digits?: number
  suffix: string
}

interface Rows {
  cost: (unit: string) => number | undefined
  rate: (unit: string) => number | undefined
  /** How many times as much as the baseline takes. */
  ratio: (unit: string) => number | undefined
  figure: (unit: string, name: string) => number | undefined
  /** The largest p99 ÷ p50 of these units at half load. */
  spread: (units: string[]) => number | undefined
  /** The largest of any service process, in MB. */
  largestServiceMb: () => number | undefined
}

const cpu = 'CPU-ms'

const bounds: Bound[] = [
  { about: 'home feed', measure: (rows) => rows.cost('home'), most: 1.8, suffix: cpu },
  { about: 'home feed', measure: (rows) => rows.rate('home'), least: 800, digits: 0, suffix: '/s' },
  { about: 'home feed', measure: (rows) => rows.ratio('home'), most: 0.6, suffix: '× the baseline' },
  { about: 'post by id', measure: (rows) => rows.cost('post'), most: 0.6, suffix: cpu },
  { about: 'post by id', measure: (rows) => rows.ratio('post'), most: 3, suffix: '× the baseline' },
  { about: 'post by id, signed in', measure: (rows) => rows.cost('postSignedIn'), most: 1.6, suffix: cpu },
  { about: 'like, with all that it causes', measure: (rows) => rows.cost('like'), most: 2, suffix: cpu },
  {
    about: 'fan-out, deliveries a second and core',
    measure: (rows) => rows.figure('fan-out 10000', 'deliveries per CPU-second'),
    ...{ least: 40_000, digits: 0, suffix: '/s' },
  },
  {
    about: 'fan-out to 10,000 followers',
    measure: (rows) => rows.figure('fan-out 10000', 'seconds'),
    ...{ most: 1, suffix: 's' },
  },
  {
    about: 'fan-out to 100,000 followers',
    measure: (rows) => rows.figure('fan-out 100000', 'seconds'),
    ...{ most: 8, suffix: 's' },
  },
  {
    about: 'timeline of 500 followed, made anew',
    measure: (rows) => rows.figure('rebuild', 'seconds'),
    ...{ most: 0.3, suffix: 's' },
  },
  {
    about: 'events from outbox to consumer',
    measure: (rows) => rows.rate('event'),
    least: 3000,
    digits: 0,
    suffix: '/s',
  },
  {
    about: 'media',
    measure: (rows) => rows.figure('photo', 'times bare sharp'),
    ...{ most: 1.3, suffix: '× bare sharp' },
  },
  {
    about: 'p99 ÷ p50 of reads at half load',
    measure: (rows) => rows.spread(['post', 'postSignedIn', 'home', 'global', 'profile', 'mixed']),
    ...{ most: 5, digits: 1, suffix: '' },
  },
  {
    about: 'home feed at 100 × the data',
    measure: (rows) => rows.figure('home ×100', 'times ×1'),
    ...{ most: 1.5, suffix: '× the CPU' },
  },
  {
    about: 'create a post at 100 × the data',
    measure: (rows) => rows.figure('create ×100', 'times ×1'),
    ...{ most: 1.5, suffix: '× the CPU' },
  },
  { about: 'largest service process', measure: (rows) => rows.largestServiceMb(), most: 90, digits: 0, suffix: 'MB' },
]

/** What was to be reached of what was measured. */
export function targetsOf(rows: Row[]): Target[] {
  const found = look(rows)
  return bounds.flatMap(({ about, measure, most, least, digits = 2, suffix }) => {
    const value = measure(found)
    if (value === undefined) return []
    const bound = most === undefined ? `≥ ${least} ${suffix}` : `≤ ${most} ${suffix}`
    const reached = most === undefined ? value >= (least ?? 0) : value <= most
    return [{ about, bound: bound.trim(), measured: `${value.toFixed(digits)} ${suffix}`.trim(), reached }]
  })
}

function look(rows: Row[]): Rows {
  function row(unit: string, subject = 'daguerre'): Row | undefined {
    return rows.find((row) => row.unit === unit && row.subject === subject)
  }
  function cost(unit: string, subject?: string): number | undefined {
    const found = row(unit, subject)
    return found && sum(found.cpuMs)
  }
  return {
    cost,
    rate: (unit) => row(unit)?.perSecond,
    ratio(unit) {
      const [own, other] = [cost(unit), cost(unit, 'baseline')]
      return own === undefined || other === undefined ? undefined : own / other
    },
    figure: (unit, name) => row(unit)?.figures?.[name],
    spread(units) {
      const spreads = units.flatMap((unit) => {
        const latency = row(unit)?.latency
        return latency ? [latency.p99 / latency.p50] : []
      })
      return spreads.length === 0 ? undefined : Math.max(...spreads)
    },
    largestServiceMb() {
      const sizes = rows.flatMap(({ memoryBytes }) =>
        Object.entries(memoryBytes).flatMap(([kind, bytes]) =>
          isNode(kind) && kind !== 'baseline' ? [bytes / 1e6] : [],
        ),
      )
      return sizes.length === 0 ? undefined : Math.max(...sizes)
    },
  }
}
