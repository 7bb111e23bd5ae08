import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from '../command.ts'
import { root } from '../home.ts'
import { runChecks } from './check.ts'

const projects = ['unit', 'integration', 'e2e']

interface Tally {
  passed: number
  failed: number
}

export const command: Command = {
  usage: '[unit|integration|e2e …] [part of a file name …]',
  about: 'Runs the tests on real stores of their own; its last line is "N passed, N failed".',
  maxWords: 100,
  flags: {
    checks: { type: 'boolean', about: 'Count the checks of `npm run check` in, as .ci/run does.' },
    'test-name': { type: 'string', short: 't', value: 'PATTERN', about: 'Only tests whose name matches.' },
  },
  async run({ flags, words }) {
    const chosen = projects.filter((project) => words.includes(project))
    const filters = words.filter((word) => !projects.includes(word))
    const total: Tally = { passed: 0, failed: 0 }
    if (flags['checks']) {
      for (const passed of await runChecks()) total[passed ? 'passed' : 'failed']++
    }
    // One after the other: the whole system of the last should not compete with the unit tests for two cores.
    for (const project of chosen.length > 0 ? chosen : projects) {
      const name = flags['test-name']
      const tally = await runProject(project, [...filters, ...(typeof name === 'string' ? ['-t', name] : [])])
      total.passed += tally.passed
      total.failed += tally.failed
    }
    console.log(`${total.passed} passed, ${total.failed} failed`)
    return total.failed === 0 && total.passed > 0 ? 0 : 1
  },
}

interface VitestReport {
  numPassedTests: number
  numFailedTests: number
  testResults: { status: string; assertionResults: { status: string }[] }[]
}

async function runProject(project: string, args: string[]): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'daguerre-report-'))
  const report = join(folder, 'report.json')
  try {
    const code = await runVitest([
      ...['run', '--project', project, '--passWithNoTests'],
      ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
      ...args,
    ])
    return tallyOf(report, code)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function runVitest(args: string[]): Promise<number> {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const child = spawn(process.execPath, [vitest, ...args], { cwd: root, stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

/** A file that cannot even be loaded, and a run that broke, count as one failure each. */
function tallyOf(path: string, code: number): Tally {
  let passed = 0
  let failed = 0
  try {
    const report = JSON.parse(readFileSync(path, 'utf8')) as VitestReport
    passed = report.numPassedTests
    failed = report.numFailedTests
    for (const file of report.testResults) {
      if (file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed')) failed++
    }
  } catch {
    failed = code === 0 ? 0 : 1
  }
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed }
}
