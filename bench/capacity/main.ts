import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { BenchReport } from '../report/bench-report.ts'
import { checkFanOuts, compareThresholds } from './compare-thresholds.ts'
import { costsOf, MissingError } from './costs.ts'
import { ParameterError, type Parameters, readParameters } from './parameters.ts'
import { plan } from './plan.ts'
import { checkTable, planTables, thresholdTable } from './print.ts'
import { replaceGenerated } from './replace-generated.ts'

/** What `npm run bench plan`, `simulate` and `capacity` hand over. */
interface CapacityOptions {
  what: 'plan' | 'simulate' | 'capacity'
  files: string[]
  flags: Record<string, unknown>
  out: string | null
  /** Of `capacity`: the page whose generated parts are made anew. */
  page: string
}

/** The check against workload j is of a system that has next to nothing else to do. */
const checkedPeople = 10_000

function run({ what, files, flags, out, page }: CapacityOptions): void {
  const several = what === 'capacity' ? { people: '1e4,1e6,1e8', ...flags } : flags
  const parameters = readParameters(several)
  const costs = costsOf(files.map(read))
  const plans = parameters.map((one) => plan(one, costs))
  const result: Record<string, unknown> = { plans }
  if (what !== 'simulate') print('plan', planTables(plans))
  if (what !== 'plan') {
    const checks = checkFanOuts(readChecked(flags), costs)
    const comparisons = parameters.map((one) => compareThresholds(one, costs))
    Object.assign(result, { checks, comparisons })
    print('check', checkTable(checks))
    print('thresholds', comparisons.map(thresholdTable).join('\n\n'))
  }
  if (out !== null) writeFileSync(out, JSON.stringify(result, null, 2))

  function print(name: string, text: string): void {
    if (what === 'capacity') writeFileSync(page, replaceGenerated(readFileSync(page, 'utf8'), name, text))
    else console.log(`${text}\n`)
  }
}

function readChecked(flags: CapacityOptions['flags']): Parameters {
  const [parameters] = readParameters({ ...flags, people: String(checkedPeople) })
  return parameters!
}

function read(path: string): BenchReport {
  if (!existsSync(path)) throw new MissingError(`There is no ${relative('', path)}: npm run bench -- all`)
  try {
    const report = JSON.parse(readFileSync(path, 'utf8')) as BenchReport
    if (Array.isArray(report.rows)) return report
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new MissingError(`${relative('', path)} is not what a bench writes.`)
}

try {
  run(JSON.parse(process.argv[2] ?? '{}') as CapacityOptions)
} catch (error) {
  if (!(error instanceof MissingError || error instanceof ParameterError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
