import { sessionPausesSeconds } from '@daguerre/kit/erasures'
import type { Collections } from '../notification/store.ts'
import { removeSubscriptions } from '../push/subscribe.ts'

export interface EraseDeps {
  collections: Collections
  clock: () => Date
  countGroup: (key: string) => Promise<void>
  people: { invalidate(ids: string[]): Promise<void> }
}

/** Another replica leaves somebody alone that long while this one works on them. */
const leaseMs = 60_000

/** Erases people who have left, each several times: what was in work during one pass is there by the next. Replicas share the work. */
export async function erasePeople(deps: EraseDeps, signal: AbortSignal): Promise<void> {
  const { departed } = deps.collections
  while (!signal.aborted) {
    const now = deps.clock().getTime()
    const due = await departed.findOneAndUpdate(
      { dueAt: { $lte: new Date(now), $ne: null } },
      { $set: { dueAt: new Date(now + leaseMs) } },
      { sort: { dueAt: 1 } },
    )
    if (!due) return
    await erasePerson(deps, due._id)
    const pauseSeconds = sessionPausesSeconds[due.passes]
    const dueAt = pauseSeconds === undefined ? null : new Date(deps.clock().getTime() + pauseSeconds * 1000)
    await departed.updateOne({ _id: due._id }, { $set: { passes: due.passes + 1, dueAt } })
  }
}

/** What somebody was told of, and what others were told of them. Every step can be repeated. */
async function erasePerson({ collections, countGroup, people }: EraseDeps, personId: string): Promise<void> {
  const { entries, groups, mutes, preferences, subscriptions, announcements } = collections
  // Keys begin with the recipient.
  await entries.deleteMany({ groupKey: { $gte: `${personId}|`, $lt: `${personId}}` } })
  await groups.deleteMany({ recipientId: personId })
  await entries.updateMany({ actorId: personId }, { $set: { removed: true } })
  for (const key of await entries.distinct('groupKey', { actorId: personId })) await countGroup(key)
  await entries.deleteMany({ actorId: personId, removed: true })
  await announcements.deleteMany({ authorId: personId })
  await mutes.deleteMany({ muterId: personId })
  await mutes.deleteMany({ mutedId: personId })
  await preferences.deleteOne({ _id: personId })
  const browsers = await subscriptions.find({ personId }, { projection: { _id: 1 } }).toArray()
  await removeSubscriptions(
    { collections },
    browsers.map(({ _id }) => _id),
  )
  await people.invalidate([personId])
}
