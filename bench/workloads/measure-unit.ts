import { type Amount, runLoad } from '../measure/run-load.ts'
import type { LoadResult } from '../measure/summary.ts'
import { perUnit, readMemory, sum } from '../measure/kinds.ts'
import { profileUnder } from '../measure/profile-under.ts'
import { measure, measureIdle, type Used } from '../measure/window.ts'
import type { Row } from '../report/row.ts'
import type { Subject } from '../subject.ts'
import type { Bench } from './workload.ts'

/** A kind of request, or of several that belong together. */
export interface Unit {
  /** The function of bench/load that does it. */
  name: string
  title: string
  /** A unit that every viewer does once before, so that what is made at a first read is there. */
  first?: string
}

/**
 * Measures a unit of work: users without a pause, more and more of them, then the time it takes at half the rate that
 * this gave. Processor time is that of the step with the most units a second, with all that they caused.
 */
export async function measureUnit(
  { k6, pace, profiles, report }: Pick<Bench, 'k6' | 'pace' | 'profiles' | 'report'>,
  subject: Subject,
  workload: string,
  unit: Unit,
): Promise<Row> {
  const data = await subject.loadData()
  async function load(amount: Amount, name = unit.name): Promise<{ result: LoadResult; used: Used }> {
    return await measure(subject.processes, async () => {
      const result = await runLoad(k6, { unit: name, url: subject.url, data, amount })
      await subject.untilSettled()
      return result
    })
  }

  if (unit.first) await load({ once: data.viewers.length, users: 4, seconds: 300 }, unit.first)
  await load({ once: pace.warmUp.units, users: 16, seconds: pace.warmUp.mostSeconds })
  const idle = await measureIdle(subject.processes, pace.idleSeconds)
  const steps: { users: number; perSecond: number; result: LoadResult; used: Used }[] = []
  for (const users of pace.users) {
    const { result, used } = await load({ users, seconds: pace.seconds })
    steps.push({ users, perSecond: result.units / result.seconds, result, used })
  }
  const best = steps.reduce((one, other) => (other.perSecond > one.perSecond ? other : one))
  const half = await load({ rate: best.perSecond / 2, users: 4 * best.users, seconds: pace.seconds })
  const all = [...steps.map(({ result }) => result), half.result]
  const said = all.flatMap((result) => result.said.split('\n')).filter((line) => line.includes('level=error'))
  if (said.length > 0) report(said.slice(0, 10).join('\n'))

  if (profiles !== null) {
    const load = { unit: unit.name, url: subject.url, data, users: best.users }
    await profileUnder(load, { k6, folder: profiles, processes: await subject.processes(), report })
  }

  const cpuMs = perUnit(best.used.cpuMs, idle, best.used.seconds, best.result.units)
  const row: Row = {
    workload,
    unit: unit.name,
    title: unit.title,
    subject: subject.name,
    units: all.reduce((total, { units }) => total + units, 0),
    errors: all.reduce((total, { wrong }) => total + wrong, 0),
    perSecond: best.perSecond,
    users: best.users,
    halfLoad: { perSecond: half.result.units / half.result.seconds, late: half.result.dropped },
    latency: half.result.latency,
    cpuMs,
    generatorMs: best.used.ownMs / best.result.units,
    memoryBytes: readMemory(await subject.processes()),
    load: { before: steps[0]?.used.load.before ?? 0, during: best.used.load.during },
  }
  report(`${subject.name} ${unit.title}: ${best.perSecond.toFixed(0)}/s, ${sum(cpuMs).toFixed(2)} CPU-ms`)
  return row
}

/** A workload of such units; those that the baseline has are measured there too. */
export function measuring(workload: string, units: Unit[], onBaseline: string[] = []) {
  return async function* (bench: Bench): AsyncGenerator<Row> {
    for (const unit of units) {
      yield await measureUnit(bench, bench.daguerre, workload, unit)
      if (bench.baseline && onBaseline.includes(unit.name)) {
        yield await measureUnit(bench, bench.baseline, workload, unit)
      }
    }
  }
}
