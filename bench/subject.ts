import type { LoadData } from './load/load-data.ts'
import type { KnownProcess } from './measure/kinds.ts'

/** What is measured: the running system, or the plain baseline. */
export interface Subject {
  name: 'daguerre' | 'baseline'
  url: string
  processes: () => Promise<KnownProcess[]>
  /** With sessions that live longer than a workload takes. */
  loadData: () => Promise<LoadData>
  /** Waits until all effects of what was written are there. */
  untilSettled: () => Promise<void>
}
