import { join } from 'node:path'
import { cached, cacheRoot } from './cache.ts'
import { isExecutable, must, run, which } from './commands.ts'
import { goEnvironment, needGo, needSpaceForGo } from './daprd.ts'
import { ProvisionError, type ProvisionContext } from './types.ts'

const VERSION = '4.3.1'
const MODULE = 'helm.sh/helm/v4'
const EXE = process.platform === 'win32' ? '.exe' : ''

/** The path of helm, 3.14 or newer: HELM, PATH, or built with Go. The checks of charts need nothing else of Kubernetes. */
export async function ensureHelm(ctx: ProvisionContext): Promise<string> {
  const named = ctx.env['HELM']
  if (named && !isExecutable(named)) {
    throw new ProvisionError(`HELM is ${named}, which is not a program: correct or unset it.`)
  }
  for (const path of [named, which('helm', ctx.env)]) {
    if (path && (await isNewEnough(path))) return path
  }
  const folder = await cached(
    cacheRoot(ctx.env),
    `helm-${VERSION}-${process.platform}-${process.arch}`,
    async (folder) => {
      const go = await needGo(ctx, 'There is no helm')
      await needSpaceForGo(ctx, go, folder, `${MODULE}@v${VERSION}`, 2 * 2 ** 30)
      ctx.report(`building helm ${VERSION} with Go (once; 1 to 3 minutes on two cores)`)
      const args = ['install', '-trimpath', '-ldflags', `-s -w -X ${MODULE}/internal/version.version=v${VERSION}`]
      await must('Building helm', go, [...args, `${MODULE}/cmd/helm@v${VERSION}`], {
        cwd: folder,
        env: { ...goEnvironment(ctx.env), GOBIN: folder },
      })
    },
  )
  return join(folder, `helm${EXE}`)
}

async function isNewEnough(path: string): Promise<boolean> {
  const { code, stdout } = await run(path, ['version', '--template', '{{.Version}}'], { timeoutMs: 10_000 })
  const [major = 0, minor = 0] = stdout.trim().replace(/^v/, '').split('.').map(Number)
  return code === 0 && (major > 3 || (major === 3 && minor >= 14))
}
