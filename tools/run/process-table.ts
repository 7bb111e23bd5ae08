import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** A process that cannot be mistaken for a later one with the same id. */
export interface ProcessIdentity {
  pid: number
  /** When it began: boot and clock ticks on Linux, the date as `ps` prints it elsewhere. */
  startTime: string
}

const linux = process.platform === 'linux'
const bootId = linux ? read('/proc/sys/kernel/random/boot_id')?.trim() : undefined

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** Fields of /proc/<pid>/stat after the command, which may hold blanks and brackets itself. */
function statFields(pid: number): string[] | undefined {
  const stat = read(`/proc/${pid}/stat`)
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
}

/** Who runs under this id now; null if nobody does (a zombie is nobody). */
export function identify(pid: number): ProcessIdentity | null {
  if (linux) {
    const fields = statFields(pid)
    if (!fields || fields[0] === 'Z' || fields[0] === 'X') return null
    return { pid, startTime: `${bootId}:${fields[19]}` }
  }
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
    const [state = '', ...date] = line.split(/\s+/)
    return state.startsWith('Z') || date.length === 0 ? null : { pid, startTime: date.join(' ') }
  } catch {
    return null
  }
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startTime === identity.startTime
}

/** Everything that descends from a process, itself first. */
export function familyOf(pid: number): number[] {
  const children = new Map<number, number[]>()
  for (const [child, parent] of parents()) {
    const siblings = children.get(parent)
    if (siblings) siblings.push(child)
    else children.set(parent, [child])
  }
  const family = [pid]
  for (const member of family) family.push(...(children.get(member) ?? []))
  return family
}

function parents(): [child: number, parent: number][] {
  if (linux) {
    return allPids().flatMap((pid) => {
      const fields = statFields(pid)
      return fields ? [[pid, Number(fields[1])] as [number, number]] : []
    })
  }
  return execFileSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number])
}

function allPids(): number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []))
}

/** Processes whose environment has this entry (`NAME=value`). Linux only: elsewhere none are found. */
export function findByEnvironment(entry: string): ProcessIdentity[] {
  if (!linux) return []
  return allPids().flatMap((pid) => {
    if (pid === process.pid) return []
    const environment = read(`/proc/${pid}/environ`)
    if (!environment?.split('\0').includes(entry)) return []
    return identify(pid) ?? []
  })
}

/** Memory of a process and all that descend from it, shared pages counted in parts; undefined where not known. */
export function proportionalSetBytes(pid: number): number | undefined {
  if (!linux) return undefined
  let total = 0
  for (const member of familyOf(pid)) {
    const rollup = read(`/proc/${member}/smaps_rollup`)
    total += Number(/^Pss:\s+(\d+) kB/m.exec(rollup ?? '')?.[1] ?? 0) * 1024
  }
  return total
}

export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Signals a process and all that descend from it: a store's workers too. */
export function signalFamily(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(identity)) return
  for (const pid of familyOf(identity.pid)) signalProcess(pid, signal)
}

/** Asks a process to end, waits, and ends it and what descends from it by force. True if force was needed. */
export async function endProcess(
  identity: ProcessIdentity,
  signal: NodeJS.Signals,
  patienceMs: number,
): Promise<boolean> {
  if (!isAlive(identity)) return false
  signalProcess(identity.pid, signal)
  // One that is stopped takes no other signal.
  signalProcess(identity.pid, 'SIGCONT')
  if (await hasEnded(identity, patienceMs)) return false
  signalFamily(identity, 'SIGKILL')
  await hasEnded(identity, 5000)
  return true
}

async function hasEnded(identity: ProcessIdentity, patienceMs: number): Promise<boolean> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    if (!isAlive(identity)) return true
    if (performance.now() >= deadline) return false
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
