import { writeFileSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'

export interface Tally {
  passed: number
  failed: number
  /** What failed, and how: a line each, with the error's first lines below. */
  failures: string[]
  /** What passed at the second try only, and how it failed at the first. */
  flaky: string[]
}

/** Counts for `npm test`, written to the file that DAGUERRE_TALLY names. A file that cannot be loaded is one failure. */
// oxlint-disable-next-line import/no-default-export -- Vitest takes no other.
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const failures = unhandledErrors.map((error) => described('unhandled', [error as { message?: string }]))
    const flaky: string[] = []
    let passed = 0
    for (const module of modules) {
      const before = failures.length
      const where = `${module.project.name} ${module.relativeModuleId}`
      for (const test of module.children.allTests()) {
        const result = test.result()
        if (result.state === 'passed') passed++
        if (test.diagnostic()?.flaky) flaky.push(described(`${where} > ${test.fullName}`, result.errors ?? []))
        if (result.state === 'failed') failures.push(described(`${where} > ${test.fullName}`, result.errors))
      }
      if (failures.length === before && module.state() === 'failed') {
        failures.push(described(where, module.errors()))
      }
    }
    const tally: Tally = { passed, failed: failures.length, failures, flaky }
    const path = process.env['DAGUERRE_TALLY']
    if (path) writeFileSync(path, JSON.stringify(tally))
  }
}

const linesOfAnError = 12

function described(where: string, errors: readonly { message?: string; stack?: string }[]): string {
  const lines = errors.flatMap(({ message, stack }) => [
    ...(message ?? '').split('\n').slice(0, linesOfAnError),
    ...(stack ?? '')
      .split('\n')
      .filter((line) => /^\s+at .*\/(tests|test|src)\//.test(line))
      .slice(0, 3),
  ])
  return [where, ...lines.map((line) => `    ${line}`)].join('\n')
}
