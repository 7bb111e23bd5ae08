import { join } from 'node:path'
import { isNode, type KnownProcess } from './kinds.ts'
import { summarise, takeProfile } from './profile.ts'
import { type Load, runLoad } from './run-load.ts'

export interface ProfileOptions {
  k6: string
  folder: string
  processes: KnownProcess[]
  report: (message: string) => void
}

const seconds = 4

/** Profiles the services one after the other while they are under a load. */
export async function profileUnder(
  { users, ...load }: Omit<Load, 'amount'> & { users: number },
  { k6, folder, processes, report }: ProfileOptions,
): Promise<void> {
  const services = processes.filter(({ kind }) => isNode(kind))
  const amount = { users, seconds: Math.ceil(services.length * (seconds + 1.5)) }
  const running = runLoad(k6, { ...load, amount })
  for (const { kind, pid } of services) {
    const profile = await takeProfile(pid, seconds, join(folder, `${load.unit}-${kind}.cpuprofile`))
    if (!profile) {
      report(`${kind}: its inspector cannot be had`)
      continue
    }
    const busy = 1 - idleShare(profile)
    const first = summarise(profile).slice(0, 8)
    const shares = first.map(({ name, share }) => `${name} ${Math.round(share * 100)} %`).join(', ')
    report(`${load.unit}, ${kind} (${Math.round(busy * 100)} % busy): ${shares}`)
  }
  await running
}

function idleShare({ nodes, samples, timeDeltas }: NonNullable<Awaited<ReturnType<typeof takeProfile>>>): number {
  const idle = new Set(nodes.flatMap(({ id, callFrame }) => (callFrame.functionName === '(idle)' ? [id] : [])))
  const all = timeDeltas.reduce((sum, delta) => sum + delta, 0)
  return samples.reduce((sum, sample, index) => sum + (idle.has(sample) ? (timeDeltas[index] ?? 0) : 0), 0) / all
}
