import { counter } from '@daguerre/kit/metrics'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import type { Logger } from '@daguerre/kit/log'

/** What each counter must say: subjects of a kind, and what of them is counted under which name. */
const kinds = {
  post: {
    subjects: `select post_id as id from post_ref where state = 'published'`,
    counts: {
      likes: 'select count(*) from post_like l where l.post_id = subject.id and l.active',
      comments: 'select count(*) from comment c where c.post_id = subject.id and c.held_by is null',
    },
  },
  comment: {
    subjects: 'select id from comment',
    counts: {
      likes: 'select count(*) from comment_like l where l.comment_id = subject.id',
      replies: 'select count(*) from comment c where c.parent_id = subject.id and c.held_by is null',
    },
  },
} as const

export type CountedKind = keyof typeof kinds

export interface Difference {
  subjectId: string
  name: string
  /** What the counter said, and what was there. */
  counted: number
  actual: number
}

/**
 * Compares the counters of some subjects, by id above `after`, with what they count, and mends what differs by a delta: as both are
 * seen in one statement, whatever is written meanwhile adds to it. One after the other, so that no difference is mended twice.
 * @returns `next`: where to go on, null at the end
 */
export async function reconcileCounts(
  { em }: { em: EntityManager },
  kind: CountedKind,
  range: { after: string | null; limit: number },
): Promise<{ differences: Difference[]; next: string | null }> {
  return await em.fork().transactional(async (tx) => {
    await query(tx, `select pg_advisory_xact_lock(hashtext('reconcile-counts'))`, [])
    return await compare(tx, kind, range)
  })
}

async function compare(
  tx: EntityManager,
  kind: CountedKind,
  { after, limit }: { after: string | null; limit: number },
): Promise<{ differences: Difference[]; next: string | null }> {
  const { subjects, counts } = kinds[kind]
  const actual = Object.entries(counts)
    .map(([name, sql]) => `select subject.id, '${name}' as name, (${sql}) as actual from subject`)
    .join(' union all ')
  const [row] = await query<{ differences: Difference[] | null; last: string | null; seen: number }>(
    tx,
    `/* all shards: compare-counters */ with subject as materialized (
       select id from (${subjects}) s where $1::uuid is null or id > $1::uuid order by id limit $2
     ), actual as (${actual}), counted as (
       select actual.id, actual.name, actual.actual,
              coalesce((select value from counter k where k.subject_id = actual.id and k.name = actual.name), 0)
              + coalesce((select sum(delta) from counter_delta d where d.subject_id = actual.id and d.name = actual.name), 0)
              as counted
         from actual
     ), mended as (
       insert into counter_delta (subject_id, name, delta)
       select id, name, actual - counted from counted where actual <> counted
     )
     select (select json_agg(json_build_object('subjectId', id, 'name', name, 'counted', counted, 'actual', actual))
               from counted where actual <> counted) as differences,
            (select id from subject order by id desc limit 1) as last,
            (select count(*) from subject)::int as seen`,
    [after, limit],
  )
  return { differences: row?.differences ?? [], next: row && row.seen === limit ? row.last : null }
}

/**
 * The job: some subjects at each run, all of them again and again. Differences are logged and counted in
 * `counter_differences_total`: a counter that needs it is a defect somewhere.
 */
export function createReconciliation({ log, limit = 500 }: { log: Logger; limit?: number }) {
  const differing = counter('counter_differences_total', 'Counters that did not say what is there, and were mended', [
    'kind',
    'name',
  ])
  const positions: Record<CountedKind, string | null> = { post: null, comment: null }
  return async function reconcile(em: EntityManager): Promise<void> {
    for (const kind of ['post', 'comment'] as const) {
      const { differences, next } = await reconcileCounts({ em }, kind, { after: positions[kind], limit })
      positions[kind] = next
      for (const { name } of differences) differing.inc({ kind, name })
      if (differences.length > 0) log.error({ kind, differences: differences.slice(0, 20) }, 'counters were wrong')
    }
  }
}
