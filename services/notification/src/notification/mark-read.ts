import type { Collections, GroupDocument } from './store.ts'

interface ReadDeps {
  collections: Pick<Collections, 'groups'>
  clock: () => Date
}

export async function countUnread({ collections: { groups } }: ReadDeps, recipientId: string): Promise<number> {
  return await groups.countDocuments({ recipientId, unread: true })
}

/** Marks one group as read as it is now; false if it is not this person's. What comes later makes it unread again. */
export async function markRead(deps: ReadDeps, recipientId: string, id: string): Promise<boolean> {
  const group = await deps.collections.groups.findOne({ _id: id, recipientId })
  if (!group) return false
  await read(deps, [group])
  return true
}

/** Marks everything up to a group (null: everything) as read; false if there is no such group of this person. */
export async function markReadUpTo(deps: ReadDeps, recipientId: string, upToId: string | null): Promise<boolean> {
  const { groups } = deps.collections
  const upTo = upToId === null ? null : await groups.findOne({ _id: upToId, recipientId })
  if (upToId !== null && !upTo) return false
  const until = upTo ? { updatedAt: { $lte: upTo.updatedAt } } : {}
  await read(
    deps,
    await groups.find({ recipientId, unread: true, ...until }, { projection: { updatedAt: 1 } }).toArray(),
  )
  return true
}

// Only what was seen: if something newer came meanwhile, the group stays unread. One statement a thousand groups.
async function read(
  { collections: { groups }, clock }: ReadDeps,
  seen: Pick<GroupDocument, '_id' | 'updatedAt'>[],
): Promise<void> {
  if (seen.length === 0) return
  const changedAt = clock()
  await groups.bulkWrite(
    seen.map(({ _id, updatedAt }) => ({
      updateOne: { filter: { _id, updatedAt }, update: { $set: { readUpTo: updatedAt, unread: false, changedAt } } },
    })),
    { ordered: false },
  )
}
