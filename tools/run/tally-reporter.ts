import { writeFileSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'

export interface Tally {
  passed: number
  failed: number
}

/** Counts for `npm test`, written to the file that DAGUERRE_TALLY names. A file that cannot be loaded is one failure. */
// oxlint-disable-next-line import/no-default-export -- Vitest takes no other.
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const tally: Tally = { passed: 0, failed: unhandledErrors.length }
    for (const module of modules) {
      let failedHere = 0
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state === 'passed') tally.passed++
        if (state === 'failed') failedHere++
      }
      const broken = failedHere === 0 && module.state() === 'failed'
      tally.failed += broken ? 1 : failedHere
    }
    const path = process.env['DAGUERRE_TALLY']
    if (path) writeFileSync(path, JSON.stringify(tally))
  }
}
