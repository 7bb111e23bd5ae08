import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { Failure } from './failure.ts'
import type { Home } from './home.ts'
import { identify, isAlive, type ProcessIdentity } from './process-table.ts'

interface Holder extends ProcessIdentity {
  url: string
}

/** Who runs this home now; null if nobody does. */
export function holderOf(home: Home): Holder | null {
  const holder = read(home.lock)
  return holder && isAlive(holder) ? holder : null
}

/** Takes the home for this process. A home is run once: throws a Failure that says where it runs. */
export function takeLock(home: Home, url: string): () => void {
  const mine = JSON.stringify({ ...identify(process.pid), url })
  const made = `${home.lock}.${process.pid}`
  writeFileSync(made, mine, { mode: 0o600 })
  try {
    for (;;) {
      try {
        // A link fails where the name is taken, and the file is whole from its first moment.
        linkSync(made, home.lock)
        return () => release(home.lock, mine)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
      const holder = holderOf(home)
      if (holder) {
        throw new Failure(
          `Daguerre already runs at ${holder.url} from ${home.path} (process ${holder.pid}). Stop it with: npm run stop`,
        )
      }
      setAside(home.lock, `${made}.stale`)
    }
  } finally {
    unlinkSync(made)
  }
}

/** Removes the lock of a dead process, and nothing else: another start may have taken it just now. */
function setAside(lock: string, aside: string): void {
  try {
    renameSync(lock, aside)
  } catch {
    return
  }
  const holder = read(aside)
  if (holder && isAlive(holder)) linkSync(aside, lock)
  unlinkSync(aside)
}

function release(lock: string, mine: string): void {
  try {
    if (readFileSync(lock, 'utf8') === mine) unlinkSync(lock)
  } catch {
    // Gone already: the home was removed.
  }
}

function read(path: string): Holder | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder
  } catch {
    return null
  }
}
