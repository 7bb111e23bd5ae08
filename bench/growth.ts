import { openDaguerre } from './daguerre.ts'
import { type CommunityOptions, makeCommunity } from './data/community.ts'
import { keyOf } from './data/key.ts'
import { sum } from './measure/kinds.ts'
import type { Pace } from './pace.ts'
import type { Row } from './report/row.ts'
import { measureUnit, type Unit } from './workloads/measure-unit.ts'

const units: Unit[] = [
  { name: 'home', title: 'home feed', first: 'homeOfEach' },
  { name: 'create', title: 'create a post' },
]

export interface GrowthOptions {
  community: CommunityOptions
  /** How many times as many people, with their posts and follows. */
  factors: number[]
  k6: string
  pace: Pace
  report: (message: string) => void
}

/** The home feed and a new post with more and more data, each on a system of its own, one after the other. */
export async function measureGrowth({ community, factors, k6, pace, report }: GrowthOptions): Promise<Row[]> {
  const rows: Row[] = []
  const first = new Map<string, number>()
  for (const factor of factors) {
    const options = { ...community, people: community.people * factor }
    const grown = makeCommunity(options)
    const { subject, close } = await openDaguerre({
      community: grown,
      key: keyOf(options, null),
      home: null,
      pace,
      report,
    })
    try {
      for (const unit of units) {
        const row = await measureUnit({ k6, pace, profiles: null, report }, subject, 'growth', unit)
        const cost = sum(row.cpuMs)
        const base = first.get(unit.name) ?? cost
        first.set(unit.name, base)
        rows.push({
          ...row,
          unit: `${unit.name} ×${factor}`,
          title: `${unit.title}, ${grown.authors.length.toLocaleString('en')} posts`,
          figures: { 'times ×1': cost / base, posts: grown.authors.length, follows: grown.following.followees.length },
        })
      }
    } finally {
      await close()
    }
  }
  return rows
}
