import type { Latency } from '../measure/summary.ts'
import type { ByKind } from '../measure/kinds.ts'

/** One line of the table: a kind of work on one subject, with what it costs. */
export interface Row {
  /** As the command takes it. */
  workload: string
  /** What a unit is: unique among the rows of a subject. */
  unit: string
  title: string
  subject: 'daguerre' | 'baseline'
  units: number
  errors: number
  /** Units a second when as much is asked as it takes. */
  perSecond: number
  /** Users that asked then; not for work that no users ask for. */
  users?: number
  /** At half that rate; `late` are units that could not begin in time. */
  halfLoad?: { perSecond: number; late: number }
  /** Of a unit at half that rate; of a fan-out, of one after the other. */
  latency?: Latency
  /** Of one unit, beyond what the system takes when it is idle. */
  cpuMs: ByKind
  /** Of one unit, what the load generator took. */
  generatorMs: number
  /** Resident, after it. */
  memoryBytes: ByKind
  load: { before: number; during: number }
  /** What only this workload has: seconds of a fan-out, lag of events. */
  figures?: Record<string, number>
}
