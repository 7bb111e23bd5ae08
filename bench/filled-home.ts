import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { viewOf } from '../tools/run/control.ts'
import { type Home, openHome, root } from '../tools/run/home.ts'
import { contentKey } from '../tools/provision/cache.ts'

export interface HomeOptions {
  /** Names what the home is filled with. */
  key: string
  /** Starts a system there, fills it, and stops it. */
  fill: (home: Home) => Promise<void>
  report: (message: string) => void
}

/**
 * A home that is filled and that nobody has written to since: each run works on a copy, so that what one has written
 * (posts, likes, notifications) does not slow down the next. What is copied is kept for later runs.
 */
export async function copyFilledHome({ key, fill, report }: HomeOptions): Promise<Home> {
  // Not in the checkout: PostgreSQL, which runs as another user, has to pass through all folders above its data.
  const folder = join('/var/tmp', `daguerre-bench-${userInfo().uid}`, contentKey(root), key)
  const [filled, run] = [join(folder, 'filled'), join(folder, 'run')]
  if (existsSync(run) && (await viewOf(openHome(run)))) throw new Error(`Another bench runs in ${run}.`)
  rmSync(run, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true, mode: 0o711 })
  if (!existsSync(filled)) {
    report(`data: made once, and kept in ${filled}`)
    await fill(openHome(run))
    // Complete, or not there.
    renameSync(run, filled)
  }
  execFileSync('cp', ['-a', '--reflink=auto', filled, run])
  return openHome(run)
}
