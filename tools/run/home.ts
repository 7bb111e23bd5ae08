import { createHash } from 'node:crypto'
import { mkdirSync, realpathSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

/** The checkout. */
export const root = resolve(import.meta.dirname, '../..')

/** Where one system keeps its data, logs, passwords and the record of what runs. */
export interface Home {
  path: string
  logs: string
  run: string
  state: string
  lock: string
  socket: string
  /** `DAGUERRE_RUN=<hash>`: in the environment of every process of this home. */
  mark: { name: string; value: string }
}

export function openHome(path = process.env['DAGUERRE_HOME'] || join(root, '.daguerre')): Home {
  const wanted = resolve(root, path)
  // Passable for the user that PostgreSQL runs as; what is secret lies in folders and files of its own mode.
  mkdirSync(wanted, { recursive: true, mode: 0o711 })
  const home = realpathSync(wanted)
  const run = join(home, 'run')
  const logs = join(home, 'logs')
  for (const folder of [run, logs]) mkdirSync(folder, { recursive: true, mode: 0o700 })
  const hash = createHash('sha256').update(home).digest('hex').slice(0, 16)
  const socket = join(run, 'control.sock')
  return {
    path: home,
    logs,
    run,
    state: join(run, 'state.json'),
    lock: join(run, 'lock'),
    // A Unix socket's path has room for about a hundred bytes.
    socket: Buffer.byteLength(socket) < 100 ? socket : join(tmpdir(), `daguerre-${hash}.sock`),
    mark: { name: 'DAGUERRE_RUN', value: hash },
  }
}

/** Readers see the old file or the new one, never a half of it. */
export function writeAtomically(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const next = `${path}.${process.pid}.new`
  writeFileSync(next, text, { mode: 0o600 })
  renameSync(next, path)
}
