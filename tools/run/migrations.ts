import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Report } from '../provision/types.ts'
import { Failure } from './failure.ts'
import { type Home, root, writeAtomically } from './home.ts'
import { readable } from './logs.ts'
import type { App } from './manifest.ts'

/**
 * Runs an app's src/migrate.ts unless the same migrations ran on the same data before. `data` names what the
 * store keeps; null where the store is not ours and may have changed without us.
 */
export async function migrate(
  app: App,
  home: Home,
  environment: Record<string, string>,
  data: string | null,
  report: Report,
): Promise<void> {
  const script = join(app.folder, 'src/migrate.ts')
  if (!existsSync(script)) return
  const stamp = join(home.run, `${app.id}.migrated`)
  const state = data === null ? null : hashOf(app, data)
  if (state && existsSync(stamp) && readFileSync(stamp, 'utf8') === state) return
  report(`${app.id}: running migrations`)
  await run(app, script, { ...environment, APP_PORT: '1', DAPR_HTTP_PORT: '1' })
  if (state) writeAtomically(stamp, state)
}

function hashOf(app: App, data: string): string {
  const hash = createHash('sha256').update(data)
  const files = globSync('src/{migrate.ts,**/migrations/**,**/indexes.ts}', { cwd: app.folder })
    .map((file) => join(app.folder, file))
    .filter((file) => statSync(file).isFile())
  for (const file of [...files.toSorted(), join(root, 'packages/kit/src/postgres.ts')]) hash.update(readFileSync(file))
  return hash.digest('hex')
}

function run(app: App, script: string, environment: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script], {
      cwd: app.folder,
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const output: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk))
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) return resolve()
      const lines = Buffer.concat(output).toString('utf8').trim().split('\n').slice(-15).map(readable)
      reject(new Failure(`The migrations of ${app.id} failed (exit code ${code}):\n${lines.join('\n')}`))
    })
  })
}
