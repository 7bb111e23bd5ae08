import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { findAdvisories } from '../advisories.ts'
import { findBoundaryViolations } from '../boundaries.ts'
import { findChartFaults } from '../chart-check.ts'
import type { Command } from '../command.ts'
import { root } from '../home.ts'
import { findStale } from '../generated.ts'
import { findLicenceFaults } from '../licences.ts'
import { findUnsafeMigrations } from '../migration-safety.ts'

interface Check {
  name: string
  run: () => Promise<boolean>
}

const checks: Check[] = [
  { name: 'types', run: checkTypes },
  { name: 'lint', run: () => tool('oxlint/bin/oxlint', ['--deny-warnings']) },
  { name: 'boundaries', run: async () => none(findBoundaryViolations()) },
  { name: 'format', run: () => tool('oxfmt/bin/oxfmt', ['--check']) },
  { name: 'unused', run: () => tool('knip/bin/knip.js', ['--no-progress']) },
  { name: 'migrations', run: async () => none(await findUnsafeMigrations()) },
  { name: 'generated', run: async () => none(await findStale()) },
  { name: 'charts', run: checkCharts },
  { name: 'licences', run: async () => none(findLicenceFaults()) },
  { name: 'audit', run: checkAdvisories },
]

export const command: Command = {
  usage: '[types|lint|boundaries|format|unused|migrations|generated|charts|licences|audit …]',
  about:
    'Checks types, lint, import boundaries, format, unused code, migrations, that generated files are current, charts, licences and known weaknesses of dependencies.',
  maxWords: checks.length,
  async run({ words }) {
    const results = await runChecks(words)
    return results.every(Boolean) ? 0 : 1
  },
}

/** Runs the named checks, or all; one result each. */
export async function runChecks(names: string[] = []): Promise<boolean[]> {
  const results: boolean[] = []
  for (const check of checks.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const began = performance.now()
    const passed = await check.run()
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    console.log(`${passed ? '✓' : '✗'} ${check.name} (${seconds} s)`)
    results.push(passed)
  }
  return results
}

/** Runs a tool of node_modules with the pinned Node; what it says is shown only if it is not content. */
function tool(script: string, args: string[]): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'node_modules', script), ...args], { cwd: root })
    const output: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk))
    child.on('error', reject)
    child.on('close', (code) => {
      if (code !== 0) process.stdout.write(Buffer.concat(output))
      resolve(code === 0)
    })
  })
}

// What runs in a browser, or in k6, knows other globals than what runs in Node.
async function checkTypes(): Promise<boolean> {
  const projects = [
    'tsconfig.json',
    'packages/client/tsconfig.json',
    'services/web/tsconfig.json',
    'tests/web/tsconfig.json',
    'bench/load/tsconfig.json',
  ]
  const results: boolean[] = []
  for (const project of projects) results.push(await tool('typescript/bin/tsc', ['-p', project, '--noEmit']))
  return results.every(Boolean)
}

function none(complaints: string[]): boolean {
  for (const complaint of complaints) console.log(complaint)
  return complaints.length === 0
}

async function checkCharts(): Promise<boolean> {
  const faults = await findChartFaults()
  if (faults === null)
    console.log('  charts: not held against the schemas of Kubernetes, as there is no kube tool that is built')
  return none(faults ?? [])
}

async function checkAdvisories(): Promise<boolean> {
  const advisories = await findAdvisories()
  if (advisories === null)
    console.log('  audit: this registry answers no questions about advisories; `npm run check audit` where one does')
  return none(advisories ?? [])
}
