import exec from 'k6/execution'
import type { Options, Scenario } from 'k6/options'
import * as reads from './reads.ts'
import * as writes from './writes.ts'

// Run by k6. What to do and how much is in the environment: LOAD_UNIT names a function of reads or writes; either LOAD_USERS
// work without a pause, or LOAD_RATE units are begun a second, for LOAD_SECONDS; or LOAD_ONCE units are done in all,
// for LOAD_SECONDS at most.

const unit = __ENV['LOAD_UNIT'] ?? ''
const work = { ...reads, ...writes }[unit as keyof typeof reads | keyof typeof writes]
if (!work) throw new Error(`There is no unit of work "${unit}".`)

function scenario(): Scenario {
  const users = Number(__ENV['LOAD_USERS'] ?? 0)
  const rate = Number(__ENV['LOAD_RATE'] ?? 0)
  const once = Number(__ENV['LOAD_ONCE'] ?? 0)
  const duration = `${__ENV['LOAD_SECONDS'] ?? 0}s`
  if (once > 0)
    return { exec: 'run', executor: 'shared-iterations', vus: users, iterations: once, maxDuration: duration }
  if (rate > 0) {
    return {
      exec: 'run',
      executor: 'constant-arrival-rate',
      rate: Math.ceil(rate),
      duration,
      preAllocatedVUs: users,
      gracefulStop: '10s',
    }
  }
  return { exec: 'run', executor: 'constant-vus', vus: users, duration, gracefulStop: '10s' }
}

export const options: Options = {
  scenarios: { [unit]: scenario() },
  summaryTrendStats: ['avg', 'p(50)', 'p(90)', 'p(99)', 'max'],
  systemTags: [],
}

export function run(): void {
  work(exec.scenario.iterationInTest)
}

interface Summary {
  metrics: Record<string, unknown>
  state: { testRunDurationMs: number }
}

export function handleSummary({ metrics, state }: Summary): Record<string, string> {
  return { [__ENV['LOAD_SUMMARY'] ?? 'stdout']: JSON.stringify({ metrics, durationMs: state.testRunDurationMs }) }
}
