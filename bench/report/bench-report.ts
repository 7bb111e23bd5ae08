import type { CommunityOptions } from '../data/community.ts'
import type { Sizes } from '../sizes/sizes.ts'
import type { Row } from './row.ts'

/** What a bench writes, and what two of them are compared by. */
export interface BenchReport {
  at: string
  machine: { processor: string; count: number; memoryBytes: number; node: string }
  community: CommunityOptions
  /** What the system takes when nobody asks anything; it is in no row. */
  idleCpuMsPerSecond: Record<string, number>
  rows: Row[]
  /** Where they were measured. */
  sizes?: Sizes
}
