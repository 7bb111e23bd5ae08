import { events, makeEvent } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { emitAll } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'

const postsInOneEvent = 100

/**
 * Folds pending deltas into their counters and tells of the posts among them, in one transaction: whoever shows posts has
 * their counts without asking, a second behind, and a post that thousands like is one entry of one event. One replica at a time,
 * so that a version stands for one pair of counts. Run it every second.
 * @returns how many deltas were folded
 */
export async function foldCounts({ em, batch = 5000 }: { em: EntityManager; batch?: number }): Promise<number> {
  let folded = 0
  for (;;) {
    const found = await em.fork().transactional((tx) => foldBatch(tx, batch))
    folded += found
    if (found < batch) return folded
  }
}

async function foldBatch(tx: EntityManager, batch: number): Promise<number> {
  const [lock] = await query<{ taken: boolean }>(
    tx,
    `select pg_try_advisory_xact_lock(hashtext('fold-counts')) as taken`,
  )
  if (!lock?.taken) return 0
  const [row] = await query<{ folded: number; subjects: string[] | null }>(
    tx,
    `with picked as (
       select id from counter_delta order by id limit $1 for update skip locked
     ), gone as (
       delete from counter_delta using picked where counter_delta.id = picked.id
       returning subject_id, name, delta
     ), folded as (
       insert into counter as known (subject_id, name, value, version)
       select subject_id, name, sum(delta), 1 from gone group by subject_id, name order by subject_id, name
       on conflict (subject_id, name) do update
          set value = known.value + excluded.value, version = known.version + 1
       returning subject_id
     )
     select (select count(*) from gone)::int as folded, array_agg(distinct subject_id) as subjects from folded`,
    [batch],
  )
  if (row?.subjects) await tell(tx, row.subjects)
  return row?.folded ?? 0
}

// Of comments nobody asks; their counters are never told of.
async function tell(tx: EntityManager, subjectIds: readonly string[]): Promise<void> {
  const items = await query<{ postId: string; likes: number; comments: number; version: number }>(
    tx,
    `select subject_id as "postId",
            coalesce(sum(value) filter (where name = 'likes'), 0)::int as likes,
            coalesce(sum(value) filter (where name = 'comments'), 0)::int as comments,
            sum(version)::int as version
       from counter
      where subject_id = any($1::uuid[])
        and exists (select from post_ref where post_id = subject_id and state = 'published')
      group by subject_id order by subject_id`,
    [subjectIds],
  )
  const told = []
  for (let first = 0; first < items.length; first += postsInOneEvent) {
    const part = items.slice(first, first + postsInOneEvent)
    told.push(makeEvent(events.postsCounted, { subject: newId(), version: 1, data: { items: part } }))
  }
  await emitAll(tx, told)
}
