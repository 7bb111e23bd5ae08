import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from '../command.ts'
import { add, noTests, runProject } from './test.ts'

export const command: Command = {
  usage: '[part of a file name …]',
  about:
    'Does to a system of its own what attackers do, then looks for secrets in its logs and traces; counts of each part at the end.',
  maxWords: 100,
  async run({ words }) {
    const folder = mkdtempSync(join(tmpdir(), 'daguerre-security-'))
    const counts = join(folder, 'counts')
    writeFileSync(counts, '')
    process.env['DAGUERRE_COUNTS'] = counts
    // Late, because it needs what only tests depend on.
    const { default: setUp } = await import('../../../tests/setup/whole-system.ts')
    const tearDown = await setUp()
    const total = noTests()
    try {
      // The search of the logs is among the second, so it sees what the first have left there.
      for (const project of ['security-long', 'security']) add(total, await runProject(project, words))
      process.stdout.write(`\n${readFileSync(counts, 'utf8')}`)
    } finally {
      await tearDown()
      rmSync(folder, { recursive: true, force: true })
    }
    for (const failure of total.failures) console.log(`✗ ${failure}`)
    console.log(`${total.passed} passed, ${total.failed} failed`)
    return total.failed === 0 && total.passed > 0 ? 0 : 1
  },
}
