import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Bench } from './bench.ts'
import type { Failed, LoadPlan, LoadReport } from './load-plan.ts'
import type { Community } from './people.ts'

export interface RunningLoad {
  /** Ends it when what is under way has been answered. */
  end(): Promise<LoadReport>
}

/** Starts a load in the network of the cluster. */
export function startLoad(
  bench: Bench,
  { people, posts }: Community,
  shape: Pick<LoadPlan, 'ratePerSecond' | 'shares'>,
): RunningLoad {
  const plan: LoadPlan = { ...shape, url: bench.door.url, host: bench.door.host, timeoutMs: 20_000, people, posts }
  const [command, ...args] = [...bench.cluster.inside, process.execPath, join(import.meta.dirname, 'load.ts')]
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const output: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  child.stdin.on('error', () => {})
  child.stdin.write(`${JSON.stringify(plan)}\n`)
  function kill(): void {
    child.kill('SIGKILL')
  }
  process.on('exit', kill)
  return {
    async end() {
      child.stdin.end('end\n')
      const code = await closed
      process.off('exit', kill)
      if (code !== 0) throw new Error(`The load broke with exit code ${code}.`)
      return JSON.parse(Buffer.concat(output).toString()) as LoadReport
    },
  }
}

/** In a line: how many, how fast, what failed. */
export function describeLoad({ sent, seconds, failures, latencies, latestMs }: LoadReport): string {
  const all = Object.values(latencies)
  const p99 = Math.max(0, ...all.map((one) => one.p99))
  const max = Math.max(0, ...all.map((one) => one.max))
  const rate = (sent / seconds).toFixed(0)
  return `${sent} requests at ${rate}/s, ${failures.length} failed; slowest kind's p99 ${p99} ms, max ${max} ms; begun ${Math.round(latestMs)} ms late at most`
}

/** What failed, equal things together. */
export function describeFailures(failures: Failed[], most = 8): string[] {
  const groups = Map.groupBy(failures, ({ kind, method, code }) => `${method} ${kind}: ${code}`)
  const sorted = [...groups].toSorted(([, a], [, b]) => b.length - a.length).slice(0, most)
  return sorted.map(([what, all]) => {
    const [first] = all
    const times = all.map(({ at }) => at)
    return `${all.length} × ${what} between ${Math.min(...times)} and ${Math.max(...times)} ms, such as ${first?.path} ${first?.error}`
  })
}
