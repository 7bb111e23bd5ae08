import { type PreferenceDeps, shownKinds } from '../preferences/preferences.ts'
import { changedNow, type Collections, type GroupDocument } from './store.ts'

interface ReadDeps {
  collections: Pick<Collections, 'groups'>
}

/** How many groups are unread, of the kinds that the person wants to see. */
export async function countUnread(
  deps: { collections: Pick<Collections, 'groups'> } & PreferenceDeps,
  recipientId: string,
): Promise<number> {
  const shown = await shownKinds(deps, recipientId)
  return await deps.collections.groups.countDocuments({ recipientId, unread: true, ...shown })
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
  { collections: { groups } }: ReadDeps,
  seen: Pick<GroupDocument, '_id' | 'updatedAt'>[],
): Promise<void> {
  if (seen.length === 0) return
  await groups.bulkWrite(
    seen.map(({ _id, updatedAt }) => ({
      updateOne: {
        filter: { _id, updatedAt },
        update: { $set: { readUpTo: updatedAt, unread: false }, ...changedNow },
      },
    })),
    { ordered: false },
  )
}
