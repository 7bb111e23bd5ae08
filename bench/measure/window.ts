import { loadavg } from 'node:os'
import { type ByKind, type KnownProcess, readCpu } from './kinds.ts'
import { readUsage } from './proc.ts'

/** What was used from the beginning of a piece of work to its end. */
export interface Used {
  seconds: number
  /** Processor time in ms. */
  cpuMs: ByKind
  /** That of the bench and of what it runs: the load generator. */
  ownMs: number
  /** The machine's load average of a minute. */
  load: { before: number; during: number }
}

/** @param processes asked at the end too, as a process may have been renewed */
export async function measure<Result>(
  processes: () => Promise<KnownProcess[]>,
  work: () => Promise<Result>,
): Promise<{ result: Result; used: Used }> {
  const first = readCpu(await processes())
  const ownFirst = ownMs()
  const before = loadavg()[0] ?? 0
  const began = performance.now()
  const result = await work()
  const seconds = (performance.now() - began) / 1000
  const last = readCpu(await processes())
  const cpuMs = Object.fromEntries(Object.entries(last).map(([kind, ms]) => [kind, ms - (first[kind] ?? 0)]))
  if (Object.values(cpuMs).some((ms) => ms < 0)) throw new Error('A process was started anew while it was measured.')
  return { result, used: { seconds, cpuMs, ownMs: ownMs() - ownFirst, load: { before, during: loadavg()[0] ?? 0 } } }
}

function ownMs(): number {
  const usage = readUsage().get(process.pid)
  return usage ? usage.ownMs + usage.endedMs : 0
}

/** What a second in which nobody asks anything costs, by kind: probes, polls, timers, and what is still done about what was asked. */
export async function measureIdle(processes: () => Promise<KnownProcess[]>, seconds: number): Promise<ByKind> {
  const { used } = await measure(processes, () => new Promise((resolve) => setTimeout(resolve, seconds * 1000)))
  return Object.fromEntries(Object.entries(used.cpuMs).map(([kind, ms]) => [kind, ms / used.seconds]))
}
