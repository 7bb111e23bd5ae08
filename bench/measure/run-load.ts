import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LoadData } from '../load/load-data.ts'
import { type LoadResult, readSummary } from './summary.ts'

/** How much: without a pause by so many users, at a rate, or so many units in all, for so long at most. */
export type Amount =
  | { users: number; seconds: number }
  | { rate: number; users: number; seconds: number }
  | { once: number; users: number; seconds: number }

export interface Load {
  /** A function of reads.ts or writes.ts. */
  unit: string
  url: string
  data: LoadData
  amount: Amount
}

const script = join(import.meta.dirname, '../load/main.ts')

/** Has k6 make a load. @throws Error with what it said, if it could not */
export async function runLoad(k6: string, { unit, url, data, amount }: Load): Promise<LoadResult> {
  const folder = mkdtempSync(join(tmpdir(), 'daguerre-load-'))
  const [given, summary] = [join(folder, 'data.json'), join(folder, 'summary.json')]
  try {
    writeFileSync(given, JSON.stringify(data), { mode: 0o600 })
    const amounts = Object.entries(amount).map(([name, value]) => [`LOAD_${name.toUpperCase()}`, String(value)])
    const env = {
      ...process.env,
      ...Object.fromEntries(amounts),
      ...{ LOAD_UNIT: unit, LOAD_URL: url, LOAD_DATA: given, LOAD_SUMMARY: summary },
    }
    const said = await k6Run(k6, env)
    return { ...readSummary(JSON.parse(readFileSync(summary, 'utf8'))), said }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function k6Run(k6: string, env: NodeJS.ProcessEnv): Promise<string> {
  // No server of its own, and nothing told to anybody.
  const args = [
    'run',
    '--quiet',
    '--no-color',
    '--address',
    '',
    '--no-usage-report',
    '--include-system-env-vars',
    script,
  ]
  const child = spawn(k6, args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  function end(): void {
    child.kill('SIGKILL')
  }
  process.on('exit', end)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      process.off('exit', end)
      if (code === 0) resolve(said)
      else reject(new Error(`k6 ended with ${code}:\n${said.slice(-3000)}`))
    })
  })
}
