import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lastLines, run } from '../provision/commands.ts'
import { ProvisionError, type Report } from '../provision/types.ts'
import { root } from '../run/home.ts'

const source = join(root, 'services/web')
/** Where the gateway of a checkout looks for it. */
export const webBuildFolder = join(source, 'dist')
/** Of what the build was made; the gateway does not serve what begins with a dot. */
const stamp = '.made-of'

/**
 * The web app's production build, made if its sources are others than those of the build that is there.
 * @throws ProvisionError with what Vite says if they cannot be built
 */
export async function ensureWebBuild(report: Report): Promise<string> {
  const wanted = hashOfSources()
  if (stampOf(webBuildFolder) === wanted) return webBuildFolder
  report('building the web app, as its sources are new')
  const began = performance.now()
  const caches = join(root, 'node_modules/.cache')
  mkdirSync(caches, { recursive: true })
  const folder = mkdtempSync(join(caches, 'daguerre-web-'))
  try {
    const made = join(folder, 'dist')
    const vite = join(source, 'node_modules/vite/bin/vite.js')
    const args = [vite, 'build', '--outDir', made, '--emptyOutDir', '--logLevel', 'warn']
    // Tests have another NODE_ENV, by which React comes as for development.
    const env = { ...process.env, NODE_ENV: 'production' }
    const { code, output } = await run(process.execPath, args, { cwd: source, env })
    if (code !== 0) throw new ProvisionError(`The web app cannot be built:\n${withoutStack(output)}`)
    writeFileSync(join(made, stamp), wanted)
    putInPlace(made, join(folder, 'before'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  report(`the web app is built (${((performance.now() - began) / 1000).toFixed(1)} s)`)
  return webBuildFolder
}

/** Whole at any moment but one: a gateway that runs goes on with what it has read. */
function putInPlace(made: string, before: string): void {
  if (existsSync(webBuildFolder)) renameSync(webBuildFolder, before)
  try {
    renameSync(made, webBuildFolder)
  } catch (error) {
    // Another run has built the same in the meantime.
    if (stampOf(webBuildFolder) !== stampOf(made)) throw error
  }
}

function withoutStack(output: string): string {
  const lines = output.split('\n').filter((line) => !/^\s+at /.test(line))
  return lastLines(lines.join('\n'), 12)
}

function stampOf(folder: string): string | null {
  const path = join(folder, stamp)
  return existsSync(path) ? readFileSync(path, 'utf8') : null
}

function hashOfSources(): string {
  const files = globSync(['services/web/**/*', 'packages/client/{package.json,src/**/*}'], {
    cwd: root,
    withFileTypes: true,
    exclude: (entry) => ['node_modules', 'dist'].includes(entry.name) || /\.test\.tsx?$|\.md$/.test(entry.name),
  })
  const paths = files.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const hash = createHash('sha256')
  for (const path of [...paths.toSorted(), join(root, 'pnpm-lock.yaml'), join(root, 'tsconfig.json')]) {
    hash
      .update(path.slice(root.length))
      .update('\0')
      .update(existsSync(path) ? readFileSync(path) : '')
      .update('\0')
  }
  return hash.digest('hex')
}
