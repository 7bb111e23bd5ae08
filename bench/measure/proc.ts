import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a process has used, and whose child it is. */
export interface Usage {
  parent: number
  /** Processor time of its own, in ms. */
  ownMs: number
  /** That of children which have ended, with theirs. */
  endedMs: number
}

// USER_HZ: 100 for every program on Linux, whatever the kernel counts in itself.
const msPerTick = 10

/** Reads /proc/<pid>/stat. The name in it may hold blanks and brackets itself. */
export function parseStat(stat: string): Usage {
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  const [, parent = 0] = fields
  const [own = 0, system = 0, ended = 0, endedSystem = 0] = fields.slice(11, 15)
  return { parent, ownMs: (own + system) * msPerTick, endedMs: (ended + endedSystem) * msPerTick }
}

/** All processes of this machine, by id. */
export function readUsage(proc = '/proc'): Map<number, Usage> {
  const table = new Map<number, Usage>()
  for (const name of readdirSync(proc)) {
    if (!/^\d+$/.test(name)) continue
    try {
      table.set(Number(name), parseStat(readFileSync(join(proc, name, 'stat'), 'utf8')))
    } catch {
      // It has ended since the folder was read.
    }
  }
  return table
}

/** Processor time in ms of each of these processes with all that descend from it, those included that have ended. */
export function familyMs(table: ReadonlyMap<number, Usage>, pids: readonly number[]): Map<number, number> {
  const roots = new Set(pids)
  const sums = new Map(pids.map((pid) => [pid, 0]))
  for (const [pid, { ownMs, endedMs }] of table) {
    let root: number | undefined = pid
    while (root !== undefined && root !== 0 && !roots.has(root)) root = table.get(root)?.parent
    const sum = root === undefined ? undefined : sums.get(root)
    if (root !== undefined && sum !== undefined) sums.set(root, sum + ownMs + endedMs)
  }
  return sums
}
