import { proportionalSetBytes } from '../../tools/run/process-table.ts'
import { familyMs, readUsage } from './proc.ts'

/** A process of what is measured, and under what it is counted: `gateway`, `post`, `post-sidecar`, `postgres`. */
export interface KnownProcess {
  kind: string
  pid: number
}

export type ByKind = Record<string, number>

/** Instances of one kind are counted together: `post-2` as `post`, `post-2-sidecar` as `post-sidecar`. */
export function kindOf(name: string): string {
  return name.replace(/-\d+(?=-sidecar$|$)/, '')
}

/** Processor time by kind since each process began, in ms. */
export function readCpu(processes: readonly KnownProcess[]): ByKind {
  const sums = familyMs(
    readUsage(),
    processes.map(({ pid }) => pid),
  )
  return addUp(processes, ({ pid }) => sums.get(pid) ?? 0)
}

/** Resident memory by kind in bytes, shared pages counted in parts. */
export function readMemory(processes: readonly KnownProcess[]): ByKind {
  return addUp(processes, ({ pid }) => proportionalSetBytes(pid) ?? 0)
}

function addUp(processes: readonly KnownProcess[], of: (process: KnownProcess) => number): ByKind {
  const sums: ByKind = {}
  for (const process of processes) sums[process.kind] = (sums[process.kind] ?? 0) + of(process)
  return sums
}

export function sum(byKind: ByKind): number {
  return Object.values(byKind).reduce((total, value) => total + value, 0)
}

/** `factor` times the second one is added, kind by kind. */
export function added(one: ByKind, other: ByKind, factor = 1): ByKind {
  const sums = { ...one }
  for (const [kind, value] of Object.entries(other)) sums[kind] = (sums[kind] ?? 0) + factor * value
  return sums
}

/** What was used beyond `idle` (ms a second), a unit of work; what comes out below nothing is noise. */
export function perUnit(used: ByKind, idle: ByKind, seconds: number, units: number): ByKind {
  return Object.fromEntries(
    Object.entries(used).map(([kind, ms]) => [kind, Math.max(0, (ms - (idle[kind] ?? 0) * seconds) / units)]),
  )
}

const stores = /^(postgres|mongodb|redis|redis-broker|redis-cache|s3|kafka|sentry)$|-sidecar$/

/** Whether it is a process of Node: one of ours, and no sidecar or store. */
export function isNode(kind: string): boolean {
  return !stores.test(kind)
}
