import type { Community } from '../data/community.ts'
import type { Pace } from '../pace.ts'
import type { Row } from '../report/row.ts'
import type { Subject } from '../subject.ts'
import type { TestSystem } from '../../tests/setup/system.ts'

/** Everything that workloads measure with. */
export interface Bench {
  k6: string
  pace: Pace
  /** Everything in five minutes. */
  isShort: boolean
  /** Folder for profiles of the services under each load of users; null: none are taken. */
  profiles: string | null
  system: TestSystem
  community: Community
  daguerre: Subject
  /** null: it is not to be measured. */
  baseline: Subject | null
  report: (message: string) => void
}

export interface Workload {
  /** As the issue of benchmarks names it. */
  letter: string
  name: string
  about: string
  /** Rows come as they are measured, so that those before a failure are kept. */
  run: (bench: Bench) => AsyncGenerator<Row>
}
