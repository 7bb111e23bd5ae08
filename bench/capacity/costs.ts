import type { ByKind } from '../measure/kinds.ts'
import type { BenchReport } from '../report/bench-report.ts'
import type { Row } from '../report/row.ts'
import type { Sizes } from '../sizes/sizes.ts'

/** Units of work that people do, by the names that the bench gives them. */
export const units = [
  'home',
  'profile',
  'postSignedIn',
  'like',
  'comment',
  'create',
  'login',
  'refresh',
  'photo',
] as const
export type UnitName = (typeof units)[number]

/** What a plan and a simulation take from a bench: CPU-ms by kind of process. */
export interface Costs {
  unit: Record<UnitName, ByKind>
  /** Of one event, from the outbox to its consumer. */
  event: ByKind
  eventsPerSecond: number
  /** What one more follower costs when a post is delivered and told. */
  perFollower: ByKind
  /** Followers of an author of the bench, in the mean: their deliveries are in `unit.create`. */
  followersInCreate: number
  /** What one more broadcast that a reader has missed costs at the next read. */
  perBroadcast: ByKind
  /** Posts that were pushed, one after the other, with nothing else to do (workload j). */
  deliveries: { followers: number; p50Ms: number }[]
  /** A second of every instance when nobody asks anything. */
  idlePerSecond: ByKind
  sizes: Sizes
  /** What of all this should not be trusted. */
  doubts: string[]
}

/** A bench has not measured something that is needed; the message says how to measure it. */
export class MissingError extends Error {
  override name = 'MissingError'
}

/** @param reports later ones count where several have measured the same @throws MissingError */
export function costsOf(reports: readonly BenchReport[]): Costs {
  const rows = new Map<string, Row>()
  for (const { rows: more } of reports) {
    for (const row of more) if (row.subject === 'daguerre') rows.set(row.unit, row)
  }
  const main = reports.findLast((report) => report.rows.some(({ unit }) => unit === 'create'))
  const sizes = reports.findLast((report) => report.sizes)?.sizes
  function rowOf(unit: string, workload: string): Row {
    const row = rows.get(unit)
    if (!row) throw new MissingError(`No row "${unit}" was measured: npm run bench -- ${workload}`)
    return row
  }
  if (!sizes) throw new MissingError('No sizes were measured: npm run bench -- sizes')

  const workloads: Record<UnitName, string> = {
    ...{ home: 'home-feed', profile: 'profile', postSignedIn: 'post-by-id', like: 'like', comment: 'comment' },
    ...{ create: 'create-post', login: 'sign-in', refresh: 'sign-in', photo: 'media' },
  }
  const unit = Object.fromEntries(units.map((name) => [name, rowOf(name, workloads[name]).cpuMs])) as Costs['unit']
  if (!main) throw new MissingError('No post was created: npm run bench -- create-post')
  const event = rowOf('event', 'events')
  const pushed = pushedRows([...rows.values()])
  const [first, second] = pushed.slice(-2)
  if (!first || !second) {
    throw new MissingError(
      'Two posts or more have to be pushed, to different numbers of followers: npm run bench -- fan-out',
    )
  }
  const merges = [...rows.values()].filter((row) => row.workload === 'merge').toSorted(by('broadcasts'))
  const [without, withMissed] = [merges.at(0), merges.at(-1)]
  if (!without || !withMissed || without === withMissed) {
    throw new MissingError('A page with broadcasts and one without have to be measured: npm run bench -- merge')
  }
  const perFollower = slope(first.row, second.row, second.followers - first.followers)
  return {
    ...{ unit, event: event.cpuMs, eventsPerSecond: event.perSecond, perFollower, sizes },
    followersInCreate: main.community.follows,
    perBroadcast: slope(
      without,
      withMissed,
      (withMissed.figures?.['broadcasts'] ?? 0) - (without.figures?.['broadcasts'] ?? 0),
    ),
    deliveries: pushed.map(({ followers, row }) => ({ followers, p50Ms: row.latency?.p50 ?? 0 })),
    idlePerSecond: main.idleCpuMsPerSecond,
    doubts: [
      doubtOfMachine(reports, [...rows.values()]),
      ...doubtsOfRows([...rows.values()]),
      ...doubtsOfFollowers(perFollower),
    ],
  }
}

function by(figure: string) {
  return (one: Row, other: Row) => (one.figures?.[figure] ?? 0) - (other.figures?.[figure] ?? 0)
}

/** Posts that were pushed to each follower, the fewest followers first. */
function pushedRows(rows: Row[]): { followers: number; row: Row }[] {
  return rows
    .filter((row) => row.workload === 'fan-out' && row.figures?.['deliveries per second'] !== undefined)
    .map((row) => ({ followers: Number(row.unit.replace('fan-out ', '')), row }))
    .toSorted((one, other) => one.followers - other.followers)
}

/** What one more costs; below nothing is noise. */
function slope(few: Row, many: Row, more: number): ByKind {
  return Object.fromEntries(
    Object.entries(many.cpuMs).map(([kind, ms]) => [kind, Math.max(0, ms - (few.cpuMs[kind] ?? 0)) / more]),
  )
}

function doubtOfMachine(reports: readonly BenchReport[], rows: Row[]): string {
  const days = [...new Set(reports.map(({ at }) => at.slice(0, 10)))].toSorted().join(', ')
  const loads = rows.map(({ load }) => load.during)
  const [least, most] = [Math.min(...loads), Math.max(...loads)].map((load) => load.toFixed(0))
  return `Measured ${days} on one machine that runs services, stores and load generator together, at a load average of ${least} to ${most}.`
}

function doubtsOfRows(rows: Row[]): string[] {
  const wrong = rows.filter(({ errors }) => errors > 0)
  return wrong.length === 0 ? [] : [`Rows with errors: ${wrong.map(({ title }) => title).join(', ')}.`]
}

function doubtsOfFollowers(perFollower: ByKind): string[] {
  const unknown = ['feed', 'redis', 'notification', 'mongodb'].filter((kind) => !perFollower[kind])
  if (unknown.length === 0) return []
  return [
    `What a follower costs could not be told apart from noise for ${unknown.join(', ')}: they are planned too small.`,
  ]
}
