import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { installK6 } from '../tools/provision/index.ts'
import { fillBaselineOnce, openBaseline } from './baseline/open-baseline.ts'
import { openDaguerre } from './daguerre.ts'
import { type CommunityOptions, makeCommunity } from './data/community.ts'
import { parseEdgeList } from './data/edge-list.ts'
import { keyOf } from './data/key.ts'
import { measureGrowth } from './growth.ts'
import { sum } from './measure/kinds.ts'
import { measureIdle } from './measure/window.ts'
import { short, usual } from './pace.ts'
import { compare } from './report/compare.ts'
import type { BenchReport } from './report/bench-report.ts'
import type { Row } from './report/row.ts'
import { sizesTable } from './report/sizes-table.ts'
import { table } from './report/table.ts'
import { broadcastFrom } from './workloads/fan-out.ts'
import { measureSizes } from './sizes/measure-sizes.ts'
import type { Sizes } from './sizes/sizes.ts'
import type { Bench } from './workloads/workload.ts'
import { workloads } from './workloads/index.ts'

/** What `npm run bench` hands over. */
interface MeasureOptions {
  /** Names or letters of workloads, or `all`. */
  names: string[]
  isShort: boolean
  withBaseline: boolean
  home: string | null
  graph: string | null
  out: string
  profiles: string | null
  community: CommunityOptions
  /** Of the workload `growth`. */
  factors: number[]
}

// So that workload j measures pushes to 10,000 followers, and not the log that stands for them.
const measuredEnvironment = { BROADCAST_FROM_FOLLOWERS: String(broadcastFrom) }

function report(message: string): void {
  console.error(`${new Date().toISOString().slice(11, 19)}  ${message}`)
}

async function run(options: MeasureOptions): Promise<void> {
  const pace = options.isShort ? short : usual
  const k6 = await installK6({ home: '', env: process.env, report, port: () => Promise.resolve(0) })
  if (options.profiles !== null) mkdirSync(options.profiles, { recursive: true })
  const rows: Row[] = []
  let idle: Record<string, number> = {}
  let sizes: Sizes | undefined
  function keep(more: Row[]): void {
    rows.push(...more)
    const report: BenchReport = { ...reportOf(options.community, idle, rows), ...(sizes && { sizes }) }
    writeFileSync(options.out, JSON.stringify(report, null, 2))
  }

  const chosen = workloads.filter(({ letter, name }) => isChosen(options, letter, name))
  // These take long, so they are left out where there is little time.
  const isHurried = options.isShort && options.names.includes('all')
  const withSizes = isChosen(options, 'o', 'sizes') && !isHurried
  if (chosen.length > 0 || withSizes) {
    const given = options.graph === null ? undefined : readGraph(options.graph)
    const community = makeCommunity(options.community, given)
    const key = keyOf(options.community, options.graph)
    const { subject, system, close } = await openDaguerre({
      ...{ community, key, home: options.home, pace, report },
      env: measuredEnvironment,
      prepare: async (system) => void (await fillBaselineOnce({ system, community, report })),
    })
    try {
      await subject.untilSettled()
      idle = await measureIdle(subject.processes, 5)
      report(`idle it takes ${Math.round(sum(idle))} CPU-ms a second`)
      const baseline = options.withBaseline ? await openBaseline({ system, community, pace, report }) : null
      const bench: Bench = {
        ...{ k6, pace, isShort: options.isShort, profiles: options.profiles, community, report, system },
        ...{ daguerre: subject, baseline: baseline?.subject ?? null },
      }
      try {
        // First, as all others leave traces of their own.
        if (withSizes) {
          report('o) bytes of rows, keys, documents and photographs')
          sizes = await measureSizes(bench)
          keep([])
        }
        for (const workload of chosen) {
          report(`${workload.letter}) ${workload.about}`)
          for await (const row of workload.run(bench)) keep([row])
        }
      } finally {
        await baseline?.close()
      }
    } finally {
      await close()
    }
  }
  if (isChosen(options, 'm', 'growth') && !isHurried) {
    report('m) the home feed and a new post with more and more data')
    keep(await measureGrowth({ community: options.community, factors: options.factors, k6, pace, report }))
  }
  if (rows.length > 0) console.log(table(rows))
  if (sizes) console.log(sizesTable(sizes))
  report(`written to ${options.out}`)
}

function isChosen({ names }: MeasureOptions, letter: string, name: string): boolean {
  return ['all', letter, name].some((word) => names.includes(word))
}

function readGraph(path: string) {
  const { graph, left } = parseEdgeList(readFileSync(path, 'utf8'))
  if (left > 0) report(`${left} lines of the graph were left out: said twice, or of one with themselves`)
  return graph
}

function reportOf(community: CommunityOptions, idle: Record<string, number>, rows: Row[]): BenchReport {
  const [first] = cpus()
  return {
    at: new Date().toISOString(),
    machine: { processor: first?.model ?? '', count: cpus().length, memoryBytes: totalmem(), node: process.version },
    community,
    idleCpuMsPerSecond: idle,
    rows,
  }
}

function read(path: string): BenchReport {
  return JSON.parse(readFileSync(path, 'utf8')) as BenchReport
}

// What was started ends with this process: at `exit`, which a signal by itself would pass over.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    report(`stopped by ${signal}`)
    process.exit(1)
  })
}

const options = JSON.parse(process.argv[2] ?? '{}') as MeasureOptions | { compare: [string, string] }
if ('compare' in options) console.log(compare(read(options.compare[0]).rows, read(options.compare[1]).rows))
else await run(options)
