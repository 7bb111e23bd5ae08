import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { canRunCluster } from '../../cluster/kube-tool.ts'
import type { Command } from '../command.ts'
import { runInForeground } from '../foreground.ts'
import { root } from '../home.ts'
import type { Tally } from '../tally-reporter.ts'
import { findChromium } from '../../web/chromium.ts'
import { runChecks } from './check.ts'

/** As vitest.config.ts names them, in the order in which they run. */
const projects = ['unit', 'charts', 'integration', 'e2e', 'security', 'faults', 'web', 'e2e-kafka']

const vitest = join(root, 'node_modules/vitest/vitest.mjs')

export const command: Command = {
  usage: '[unit|charts|integration|e2e|security|faults|web|e2e-kafka …] [part of a file name …]',
  about: 'Runs the tests on real stores of their own; its last line is "N passed, N failed".',
  maxWords: 100,
  flags: {
    checks: { type: 'boolean', about: 'Count the checks of `npm run check` in, as .ci/run does.' },
    cluster: {
      type: 'boolean',
      about:
        'And install the charts on a real cluster (proofs 1, 3 and 7 of `npm run test:k8s`), where the kube tool is built.',
    },
    'test-name': { type: 'string', short: 't', value: 'PATTERN', about: 'Only tests whose name matches.' },
  },
  async run({ flags, words }) {
    const chosen = projects.filter((project) => words.includes(project))
    const filters = words.filter((word) => !projects.includes(word))
    const total: Tally = noTests()
    if (flags['checks']) {
      for (const passed of await runChecks()) {
        if (passed) total.passed++
        else fail(total, 'a check (above, under its name)')
      }
    }
    // One after the other: the whole system of the last should not compete with the unit tests for two cores.
    for (const project of chosen.length > 0 ? chosen : projects) {
      if (project === 'web' && findChromium() === undefined) {
        console.log('web: left out, as no Chromium is installed (on the PATH, or in CHROMIUM_PATH)')
        continue
      }
      const name = flags['test-name']
      const tally = await runProject(project, [...filters, ...(typeof name === 'string' ? ['-t', name] : [])])
      add(total, tally)
    }
    if (flags['cluster']) add(total, await proveCharts())
    // Once more at the end, as what was said of them is a thousand lines above.
    for (const test of total.flaky) console.log(`~ at the second try only: ${test}`)
    for (const failure of total.failures) console.log(`✗ ${failure}`)
    console.log(`${total.passed} passed, ${total.failed} failed`)
    return total.failed === 0 && total.passed > 0 ? 0 : 1
  },
}

export function noTests(): Tally {
  return { passed: 0, failed: 0, failures: [], flaky: [] }
}

export function add(total: Tally, { passed, failed, failures, flaky }: Tally): void {
  total.passed += passed
  total.failed += failed
  total.failures.push(...failures)
  total.flaky.push(...flaky)
}

function fail(tally: Tally, failure: string): void {
  tally.failed++
  tally.failures.push(failure)
}

const proofs = ['1', '3', '7']

/** What takes minutes of `npm run test:k8s`. A process of its own: what it leaves open ends with it. */
async function proveCharts(): Promise<Tally> {
  if (!(await canRunCluster())) {
    console.log('The charts are not installed here: that needs root and the kube tool with all that it builds.')
    return noTests()
  }
  const args = ['tools/run/bootstrap.mjs', 'test-k8s', '--proof', proofs.join(','), '--namespace', 'daguerre-ci']
  const code = await runInForeground(args)
  return code === 0
    ? { ...noTests(), passed: proofs.length }
    : { ...noTests(), failed: 1, failures: ['proofs on the cluster (above)'] }
}

/** How much is kept of what a run says on its standard error. */
const keptCharacters = 4000

/** Runs the tests of one project of vitest.config.ts. */
export async function runProject(project: string, args: string[]): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'daguerre-tally-'))
  const path = join(folder, 'tally.json')
  try {
    const reporters = ['default', join(root, 'tools/run/tally-reporter.ts')].map((name) => `--reporter=${name}`)
    let said = ''
    const code = await runInForeground(
      [vitest, 'run', '--project', project, '--passWithNoTests', ...reporters, ...args],
      {
        env: { DAGUERRE_TALLY: path },
        onError(text) {
          said = (said + text).slice(-keptCharacters)
        },
      },
    )
    return tallyOf(project, path, code, said)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A run that broke outside of its tests, as stores that do not start, counts as one failure: with what it said last. */
function tallyOf(project: string, path: string, code: number, said: string): Tally {
  const tally: Tally = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Tally) : noTests()
  if (code !== 0 && tally.failed === 0) {
    const lines = stripVTControlCharacters(said)
      .split('\n')
      .filter((line) => line.trim() !== '')
    fail(tally, [`${project}: ended with ${code}`, ...lines.map((line) => `    ${line}`)].join('\n'))
  }
  return tally
}
