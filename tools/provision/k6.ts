import { join } from 'node:path'
import { cached, cacheRoot } from './cache.ts'
import { must, which } from './commands.ts'
import { goEnvironment, needGo, needSpaceForGo } from './daprd.ts'
import type { ProvisionContext } from './types.ts'

const VERSION = '1.8.1'
const MODULE = 'go.k6.io/k6'

/** The load generator. Search: K6, k6 on PATH, built with Go. @returns the path of k6 */
export async function installK6(ctx: ProvisionContext): Promise<string> {
  const found = ctx.env['K6'] || which('k6', ctx.env)
  if (found) return found
  const entry = `k6-${VERSION}-${process.platform}-${process.arch}`
  const folder = await cached(cacheRoot(ctx.env), entry, async (folder) => {
    const go = await needGo(ctx, 'There is no k6')
    await needSpaceForGo(ctx, go, folder, `${MODULE}@v${VERSION}`, 2 * 2 ** 30)
    ctx.report(`building the load generator k6 ${VERSION} with Go (once; 2 to 3 minutes on two cores)`)
    const args = ['install', '-trimpath', '-ldflags', '-s -w', `${MODULE}@v${VERSION}`]
    await must('Building k6', go, args, { cwd: folder, env: { ...goEnvironment(ctx.env), GOBIN: folder } })
  })
  return join(folder, process.platform === 'win32' ? 'k6.exe' : 'k6')
}
