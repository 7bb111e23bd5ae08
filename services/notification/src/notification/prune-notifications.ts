import type { Collections } from './store.ts'

export interface RetentionDeps {
  collections: Pick<Collections, 'groups' | 'entries'>
  clock: () => Date
  /** For how long a notification is kept after the newest thing in it. */
  retentionMs: number
}

const batch = 500

/**
 * Forgets notifications that are old, with what they were counted from: a post makes one for each follower, so without an end they
 * would outgrow everything else. A group that has something new meanwhile stays, counted from that.
 */
export async function pruneNotifications(deps: RetentionDeps, signal: AbortSignal): Promise<void> {
  const { groups, entries } = deps.collections
  const oldest = new Date(deps.clock().getTime() - deps.retentionMs)
  while (!signal.aborted) {
    const old = await groups
      .find({ updatedAt: { $lt: oldest } }, { sort: { updatedAt: 1 }, limit: batch, projection: { key: 1 } })
      .toArray()
    if (old.length === 0) return
    await entries.deleteMany({ groupKey: { $in: old.map(({ key }) => key) }, at: { $lt: oldest } })
    await groups.deleteMany({ _id: { $in: old.map(({ _id }) => _id) }, updatedAt: { $lt: oldest } })
  }
}
