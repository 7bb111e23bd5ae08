import { markdown } from '../report/table.ts'
import {
  barMs,
  mostDeviation,
  negligibleCores,
  type FanOutCheck,
  type ThresholdComparison,
} from './compare-thresholds.ts'
import { definitions, flagOf } from './parameters.ts'
import { firstFull, type Part, type Plan } from './plan.ts'

/** Plans side by side, as Markdown. */
export function planTables(plans: readonly Plan[]): string {
  const heads = plans.map(({ parameters }) => `${short(parameters.people)} people`)
  function rowsOf(rows: [string, (plan: Plan) => string][]): string[][] {
    return rows.map(([name, show]) => [name, ...plans.map(show)])
  }
  const [first] = plans
  const kinds = first!.processes.map(({ kind }) => kind)
  const topics = first!.kafka.map(({ topic }) => topic)
  return [
    assumptionsText(first!),
    markdown(
      ['at the busiest hour', ...heads],
      rowsOf([
        [
          'pages a second',
          ({ peakPerSecond: { home, profile, postSignedIn } }) => short(home + profile + postSignedIn),
        ],
        ['likes and comments a second', ({ peakPerSecond: { like, comment } }) => short(like + comment)],
        ['posts a second', ({ peakPerSecond }) => short(peakPerSecond.create)],
        ['photographs a second', ({ peakPerSecond }) => short(peakPerSecond.photo)],
      ]),
    ),
    markdown(
      ['cores (processes)', ...heads],
      rowsOf([
        ...kinds.map((kind): [string, (plan: Plan) => string] => [kind, (plan) => coresOf(plan, kind)]),
        ['all of these', ({ processes }) => short(processes.reduce((sum, { cores }) => sum + cores, 0))],
      ]),
    ),
    markdown(
      ['stores', ...heads],
      rowsOf([
        ['PostgreSQL, cores', (plan) => needOf(plan, 'PostgreSQL', 'cores')],
        ['– of them for pages', ({ postgres }) => `${Math.round(postgres.readShare * 100)} %`],
        ['PostgreSQL, size', (plan) => bytes(partOf(plan, 'PostgreSQL', 'disk').need)],
        ...Object.keys(first!.postgres.bytes).map((name): [string, (plan: Plan) => string] => [
          `– ${name}`,
          ({ postgres }) => bytes(postgres.bytes[name] ?? 0),
        ]),
        [
          'PostgreSQL, IOPS (read + write)',
          ({ postgres }) => `${short(postgres.readIops)} + ${short(postgres.writeIops)}`,
        ],
        ['PostgreSQL, connections', ({ postgres }) => short(postgres.connections)],
        ['PostgreSQL, servers by load', (plan) => serversOf(plan, 'PostgreSQL')],
        ['Redis of timelines, memory', ({ redis }) => bytes(redis.bytes['redis'] ?? 0)],
        ['Redis of timelines, cores', (plan) => needOf(plan, 'Redis of timelines', 'core')],
        ['Redis of timelines, nodes with replicas', ({ redis }) => short(redis.nodes['redis'] ?? 0)],
        ['Redis as broker, memory', ({ redis }) => bytes(redis.bytes['redis-broker'] ?? 0)],
        ['MongoDB, size', ({ mongodb }) => bytes(mongodb.bytes)],
        ['MongoDB, cores', (plan) => needOf(plan, 'MongoDB', 'cores')],
        ['MongoDB, servers by load', (plan) => serversOf(plan, 'MongoDB')],
        ...topics.map((topic): [string, (plan: Plan) => string] => [
          `broker, topic ${topic}: events/s (Kafka partitions)`,
          ({ kafka }) => {
            const found = kafka.find((one) => one.topic === topic)!
            return `${short(found.eventsPerSecond)} (${short(found.partitions)})`
          },
        ]),
        ['Kafka, size', ({ kafkaBytes }) => bytes(kafkaBytes)],
        ['S3, size', ({ s3 }) => bytes(s3.bytes)],
        ['S3, more each day', ({ s3 }) => bytes(s3.bytesPerDay)],
        ['photographs, egress behind a CDN', ({ s3 }) => bits(s3.egressBitsPerSecond)],
        ['photographs, egress to people', ({ s3 }) => bits(s3.egressWithoutCdn)],
      ]),
    ),
    fullTable(plans, heads),
    plans.map(firstText).join('\n'),
    ...plans.map((plan) => doubtsText(plan)).filter((text, index, all) => all.indexOf(text) === index),
  ].join('\n\n')
}

/** By the names of the flags that change them. */
function assumptionsText({ parameters }: Plan): string {
  const names = Object.keys(definitions) as (keyof typeof definitions)[]
  return names.map((name) => `\`--${flagOf(name)} ${parameters[name]}\``).join(' ')
}

/** What is full when, on the least that there can be of it; the first of each sort is marked. */
function fullTable(plans: readonly Plan[], heads: string[]): string {
  return markdown(
    ['one is full at (needed)', ...heads],
    plans[0]!.parts.map(({ name, of }) => [
      `${name}, ${of}`,
      ...plans.map((plan) => {
        const part = partOf(plan, name, of)
        const isFirst = [true, false].some((isStateless) => firstFull(plan.parts, isStateless) === part)
        return `${isFirst ? '**' : ''}${people(part.fullAtPeople)} (${short(part.pieces)})${isFirst ? '**' : ''}`
      }),
    ]),
  )
}

function firstText({ parameters, parts }: Plan): string {
  const [service, store] = [firstFull(parts, true), firstFull(parts, false)]
  return `- ${short(parameters.people)} people: full first are, of stores, ${store.name} (${store.of}, one at ${people(store.fullAtPeople)} people, ${short(store.pieces)} needed), and of services ${service.name} (one process at ${people(service.fullAtPeople)}).`
}

function people(count: number): string {
  return Number.isFinite(count) ? short(count) : 'never'
}

function partOf({ parts }: Plan, name: string, of: string): Part {
  return parts.find((part) => part.name === name && part.of === of)!
}

function needOf(plan: Plan, name: string, of: string): string {
  return short(partOf(plan, name, of).need / plan.parameters.use)
}

function serversOf({ parts, parameters }: Plan, name: string): string {
  const most = parts
    .filter((part) => part.name === name)
    .reduce((one, other) => (other.pieces > one.pieces ? other : one))
  const copies = parameters.copies === 0 ? '' : ` + ${short(most.pieces * parameters.copies)}`
  return `${short(most.pieces)}${copies} (${most.of})`
}

function coresOf({ processes }: Plan, kind: string): string {
  const found = processes.find((one) => one.kind === kind)!
  return `${short(found.cores)} (${short(found.instances)})`
}

function doubtsText({ doubts }: Plan): string {
  return doubts.map((doubt) => `- ${doubt}`).join('\n')
}

/** What a threshold costs and how late posts come with it, as Markdown. */
export function thresholdTable({
  parameters,
  postsPerSecond,
  simulatedSeconds,
  results,
  best,
}: ThresholdComparison): string {
  const head = [
    'threshold',
    'p50',
    'p99',
    'max',
    'p99 of followers',
    'broadcasts a day',
    'cores to push',
    'to merge',
    'both',
  ]
  const body = results.map((result) => [
    short(result.threshold),
    ...[result.byPost.p50, result.byPost.p99, result.byPost.max, result.byFollower.p99].map((ms) => seconds(ms)),
    short(result.broadcastsPerDay),
    ...[result.pushCores, result.mergeCores].map(short),
    `${short(result.pushCores + result.mergeCores)}${result === best ? ' ✓' : result.reason && ` (${result.reason})`}`,
  ])
  const rate = `${short(parameters.people)} people: ${short(postsPerSecond)} posts a second, for ${short(simulatedSeconds / 3600)} h of the busiest hour.`
  const said = best
    ? `Within ${seconds(barMs)} and, but for ${negligibleCores} cores, cheapest: push to fewer than ${short(best.threshold)} followers.`
    : `None of these brings posts to all but one in a hundred followers within ${seconds(barMs)}.`
  return [rate, markdown(head, body), said].join('\n\n')
}

export function checkTable(checks: readonly FanOutCheck[]): string {
  const beyond = checks.filter(({ deviation }) => Math.abs(deviation) > mostDeviation)
  const table = markdown(
    ['post to followers', 'measured (workload j)', 'simulated', 'deviation', ''],
    checks.map(({ followers, measuredMs, simulatedMs, deviation, isFitted }) => [
      ...[followers.toLocaleString('en'), seconds(measuredMs), seconds(simulatedMs)],
      `${deviation < 0 ? '−' : '+'}${Math.abs(deviation * 100).toFixed(0)} %`,
      isFitted ? 'fitted to it' : 'predicted from the others',
    ]),
  )
  const most = `${mostDeviation * 100} %`
  const verdict = beyond.length === 0 ? `All are within ${most}.` : `${beyond.length} of them are not within ${most}.`
  return `${table}\n\n${verdict}`
}

/** Two digits that count, and thousands, millions and so on as letters. */
export function short(value: number): string {
  if (value === 0) return '0'
  if (Math.abs(value) < 99.5) return String(Number(value.toPrecision(2)))
  for (const [size, letter] of [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (Math.abs(value) >= 0.995 * size)
      return `${Number((value / size).toPrecision(value / size < 99.5 ? 2 : 3))}${letter}`
  }
  return String(Math.round(value))
}

function bytes(value: number): string {
  return `${withUnit(value)}B`
}

function bits(value: number): string {
  return `${withUnit(value)}bit/s`
}

function withUnit(value: number): string {
  const text = short(value)
  return /[kMGT]$/.test(text) ? `${text.slice(0, -1)} ${text.at(-1)}` : `${text} `
}

function seconds(ms: number): string {
  return `${short(ms / 1000)} s`
}
