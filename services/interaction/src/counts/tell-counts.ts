import { events, makeEvent } from '@daguerre/contracts'
import { type Copies, countsCopy, type Holds } from '@daguerre/copies/copies'
import { newId } from '@daguerre/kit/id'
import { emitAll } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'

const postsInOneEvent = 100

interface ToldCounts {
  postId: string
  likes: number
  comments: number
  version: number
}

export interface TellDeps {
  /** Where pages of feeds find counts without asking. */
  copies: Copies
  holds: Holds
  onError: (error: unknown) => void
}

/**
 * Tells of posts whose counters are not what was told last: whoever shows posts has their counts without asking, and a post that
 * thousands like in a second is one entry of one event. Whatever changed a counter, it is told: a fold, one by a replica of a version
 * that knew nothing of this, a mending. One replica at a time, so that a version stands for one pair of counts. Run it after folding.
 * @returns how many counters were told of
 */
export async function tellCounts(deps: TellDeps & { em: EntityManager; batch?: number }): Promise<number> {
  const { em, batch = 5000 } = deps
  let told = 0
  for (;;) {
    const found = await em.fork().transactional((tx) => tellBatch(deps, tx, batch))
    told += found
    if (found < batch) return told
  }
}

async function tellBatch(deps: TellDeps, tx: EntityManager, batch: number): Promise<number> {
  const [lock] = await query<{ taken: boolean }>(
    tx,
    `select pg_try_advisory_xact_lock(hashtext('tell-counts')) as taken`,
  )
  if (!lock?.taken) return 0
  // Locked in the order in which folding locks them, so that the two cannot wait for each other in a circle.
  const marked = await query<{ subjectId: string }>(
    tx,
    `/* all shards: tell-counts */ with untold as (
       select subject_id, name from counter where told is distinct from value
        order by subject_id, name limit $1 for update
     )
     update counter set told = counter.value, version = counter.version + 1
       from untold where counter.subject_id = untold.subject_id and counter.name = untold.name
     returning counter.subject_id as "subjectId"`,
    [batch],
  )
  if (marked.length > 0) await tell(deps, tx, [...new Set(marked.map(({ subjectId }) => subjectId))])
  return marked.length
}

// Of comments nobody asks: their counters are marked and not told of. Nor is a count below nothing, which is a defect that
// the comparison of counters reports: it must not keep all others from being told.
async function tell(deps: TellDeps, tx: EntityManager, subjectIds: readonly string[]): Promise<void> {
  const items = await query<ToldCounts>(
    tx,
    `select subject_id as "postId",
            greatest(0, coalesce(sum(value) filter (where name = 'likes'), 0))::int as likes,
            greatest(0, coalesce(sum(value) filter (where name = 'comments'), 0))::int as comments,
            sum(version)::int as version
       from counter
      where subject_id = any($1::uuid[])
        and exists (select from post_ref where post_id = subject_id and state = 'published')
      group by subject_id order by subject_id`,
    [subjectIds],
  )
  // Before it is committed: who dies in between tells it again, as the same version.
  await keepCounts(deps, items)
  const told = []
  for (let first = 0; first < items.length; first += postsInOneEvent) {
    const part = items.slice(first, first + postsInOneEvent)
    told.push(makeEvent(events.postsCounted, { subject: newId(), version: 1, data: { items: part } }))
  }
  await emitAll(tx, told)
}

async function keepCounts({ copies, holds, onError }: TellDeps, items: readonly ToldCounts[]): Promise<void> {
  const kept = items.map(({ postId, ...counts }) => countsCopy(postId, counts))
  try {
    await copies.keep(kept)
    holds.remember(kept.map(({ key }) => key))
  } catch (error) {
    onError(error)
    await holds.hold(kept.map(({ key }) => key))
  }
}
