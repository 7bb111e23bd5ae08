import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../../../tools/run/home.ts'
import type { Tally } from '../../../tools/run/tally-reporter.ts'
import { notInClusters } from '../not-here.ts'
import { demand, type Proof, secondsSince } from '../proof.ts'

/** Two and eight in one: each service has two replicas. */
export const suite: Proof = {
  number: 2,
  name: 'the whole e2e suite through the ingress, two replicas of each service (8)',
  async run({ factsFile, collector, report, cluster }) {
    for (const { file, reason } of notInClusters) report(`not run: ${file} ${reason}`)
    const began = performance.now()
    const folder = mkdtempSync(join(tmpdir(), 'daguerre-tally-'))
    const tally = join(folder, 'tally.json')
    try {
      const reporters = ['default', join(root, 'tools/run/tally-reporter.ts')].map((name) => `--reporter=${name}`)
      const filters = process.env['E2E_FILES']?.split(' ').filter(Boolean) ?? []
      const vitest = join(root, 'node_modules/vitest/vitest.mjs')
      const args = [vitest, 'run', '--project', 'e2e-cluster', ...reporters, ...filters]
      const env = {
        ...process.env,
        PATH: cluster.access.env['PATH'],
        DAGUERRE_TALLY: tally,
        E2E_CLUSTER: factsFile,
        E2E_COLLECTOR: collector.url,
      }
      const child = spawn(process.execPath, args, { cwd: root, env, stdio: 'inherit' })
      const code = await new Promise<number | null>((resolve, reject) =>
        child.once('error', reject).once('exit', resolve),
      )
      const { passed, failed } = existsSync(tally)
        ? (JSON.parse(readFileSync(tally, 'utf8')) as Tally)
        : { passed: 0, failed: 1 }
      demand(code === 0 && passed > 0, `${passed} tests passed, ${failed} failed, in ${secondsSince(began)}`)
      return `${passed} tests passed in ${secondsSince(began)}`
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}
