import { isDuplicateKey, type Collections, type GroupDocument } from '../notification/store.ts'
import { isPushed } from '../preferences/preferences.ts'

export interface EnqueueDeps {
  collections: Pick<Collections, 'groups' | 'subscriptions' | 'pushJobs' | 'preferences'>
  clock: () => Date
  collapseMs: number
  repeatMs: number
}

/** Which group, and whose. */
export type CountedGroup = Pick<GroupDocument, '_id' | 'recipientId'>

/** Older news are no news any more: of a replay, above all. Push services keep a message no longer, too. */
export const newsMs = 24 * 3600 * 1000

/**
 * Gives groups with news that their people have not seen, and want pushed, to the queue: one job for each of their browsers. It
 * is done before the event is confirmed, and again changes nothing: `pushedUpTo` is written last.
 */
export async function enqueuePushes(deps: EnqueueDeps, counted: readonly CountedGroup[]): Promise<void> {
  const { groups, subscriptions, pushJobs, preferences } = deps.collections
  // Most people have no browser that is pushed to, so that is asked first.
  const personIds = [...new Set(counted.map(({ recipientId }) => recipientId))]
  const browsers = Map.groupBy(
    await subscriptions.find({ personId: { $in: personIds } }, { projection: { personId: 1 } }).toArray(),
    ({ personId }) => personId,
  )
  if (browsers.size === 0) return
  const now = deps.clock()
  const oldest = new Date(now.getTime() - newsMs)
  const ids = counted.flatMap(({ _id, recipientId }) => (browsers.has(recipientId) ? [_id] : []))
  const unseen = (await groups.find({ _id: { $in: ids }, live: true, unread: true }).toArray()).filter(
    ({ updatedAt, pushedUpTo }) => updatedAt > oldest && updatedAt > (pushedUpTo ?? oldest),
  )
  if (unseen.length === 0) return
  const given = new Map(
    (await preferences.find({ _id: { $in: [...browsers.keys()] } }).toArray()).map((one) => [one._id, one]),
  )
  const pushed = unseen
    .filter(({ recipientId, kind }) => isPushed(given.get(recipientId), kind))
    .map((group) => ({ ...group, dueAt: dueAtOf(deps, group, now) }))
  if (pushed.length === 0) return
  const jobs = pushed.flatMap(({ _id: groupId, recipientId, dueAt }) =>
    (browsers.get(recipientId) ?? []).map(({ _id: subscriptionId }) => ({
      updateOne: {
        filter: { _id: `${subscriptionId}|${groupId}` },
        update: { $inc: { rev: 1 }, $setOnInsert: { subscriptionId, groupId, dueAt, attempts: 0 } },
        upsert: true,
      },
    })),
  )
  await pushJobs.bulkWrite(jobs, { ordered: false }).catch(async (error: unknown) => {
    // Two who make the same one at once: now it is there for both.
    if (!isDuplicateKey(error)) throw error
    await pushJobs.bulkWrite(jobs, { ordered: false })
  })
  await groups.bulkWrite(
    pushed.map(({ _id, updatedAt, dueAt }) => ({
      updateOne: { filter: { _id }, update: { $max: { pushedUpTo: updatedAt, pushDueAt: dueAt } } },
    })),
    { ordered: false },
  )
}

// News that come while a push still waits go with it; the next one keeps its distance from the last.
function dueAtOf({ collapseMs, repeatMs }: EnqueueDeps, { pushDueAt }: GroupDocument, now: Date): Date {
  if (pushDueAt && pushDueAt > now) return pushDueAt
  return new Date(Math.max(now.getTime() + collapseMs, (pushDueAt?.getTime() ?? 0) + repeatMs))
}
