import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { installK6 } from '../tools/provision/index.ts'
import { openBaseline } from './baseline/open-baseline.ts'
import { openDaguerre } from './daguerre.ts'
import { type CommunityOptions, makeCommunity } from './data/community.ts'
import { parseEdgeList } from './data/edge-list.ts'
import { describeIdle } from './measure/window.ts'
import { short, usual } from './pace.ts'
import { compare } from './report/compare.ts'
import type { Row } from './report/row.ts'
import { table } from './report/table.ts'
import { keyOf } from './data/key.ts'
import type { Bench } from './workloads/workload.ts'
import { workloads } from './workloads/index.ts'

/** What `npm run bench` hands over. */
export interface BenchOptions {
  names: string[]
  isShort: boolean
  compare: boolean
  withBaseline: boolean
  home: string | null
  graph: string | null
  out: string | null
  community: CommunityOptions
}

/** What is written, and compared. */
export interface BenchReport {
  at: string
  machine: { processors: string; count: number; memoryBytes: number; node: string }
  community: CommunityOptions
  idleCpuMsPerSecond: Record<string, number>
  rows: Row[]
}

function report(message: string): void {
  console.error(`${new Date().toISOString().slice(11, 19)}  ${message}`)
}

async function run(options: BenchOptions): Promise<void> {
  const chosen = workloads.filter(
    ({ letter, name }) =>
      options.names.includes('all') || options.names.includes(letter) || options.names.includes(name),
  )
  const given = options.graph === null ? undefined : parseEdgeList(readFileSync(options.graph, 'utf8'))
  if (given && given.left > 0)
    report(`${given.left} lines of the graph say what is known already, or are of one with themselves`)
  const community = makeCommunity(options.community, given?.graph)
  const pace = options.isShort ? short : usual
  const k6 = await installK6({
    home: '',
    env: process.env,
    report,
    port: () => Promise.reject(new Error('k6 has no port')),
  })
  const key = keyOf(options.community, options.graph)
  const daguerre = await openDaguerre({ community, key, home: options.home, pace, report })
  try {
    report(describeIdle(daguerre.subject.idle))
    const baseline = options.withBaseline
      ? await openBaseline({ system: daguerre.system, community, pace, report })
      : null
    try {
      const bench: Bench = {
        isShort: options.isShort,
        ...{ k6, pace, community, report, system: daguerre.system, daguerre: daguerre.subject },
        baseline: baseline?.subject ?? null,
      }
      const rows: Row[] = []
      for (const workload of chosen) {
        report(`${workload.letter}) ${workload.about}`)
        rows.push(...(await workload.run(bench)))
        if (options.out)
          writeFileSync(options.out, JSON.stringify(reportOf(options, daguerre.subject.idle, rows), null, 2))
      }
      console.log(table(rows))
    } finally {
      await baseline?.close()
    }
  } finally {
    await daguerre.close()
  }
}

function reportOf({ community }: BenchOptions, idle: Record<string, number>, rows: Row[]): BenchReport {
  const [first] = cpus()
  return {
    at: new Date().toISOString(),
    machine: { processors: first?.model ?? '', count: cpus().length, memoryBytes: totalmem(), node: process.version },
    community,
    idleCpuMsPerSecond: idle,
    rows,
  }
}

const options = JSON.parse(process.argv[2] ?? '{}') as BenchOptions
if (options.compare) {
  const [before, after] = options.names.map((path) => JSON.parse(readFileSync(path, 'utf8')) as BenchReport)
  if (!before || !after) throw new Error('--compare takes two files.')
  console.log(compare(before.rows, after.rows))
} else {
  await run(options)
}
