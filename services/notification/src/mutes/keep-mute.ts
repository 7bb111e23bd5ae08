import type { ApplyDeps } from '../notification/apply-entry.ts'
import { changedNow, type Collections, isDuplicateKey, type MuteDocument } from '../notification/store.ts'

export interface MuteChange {
  muterId: string
  mutedId: string
  /** A restriction silences as a mute does; each has its own time and end. */
  isRestriction?: boolean
  version: number
  at: Date
  /** When it ends; that of the change itself where it is taken back. */
  until: Date | null
}

type Silenced = Pick<MuteChange, 'muterId' | 'mutedId' | 'isRestriction'>

function muteId({ muterId, mutedId, isRestriction = false }: Silenced): string {
  return `${muterId}|${mutedId}${isRestriction ? '|restricted' : ''}`
}

/** What may keep one from hearing of the other: a mute, and a restriction. */
export function silencesOf({ muterId, mutedId }: Omit<Silenced, 'isRestriction'>): string[] {
  return [false, true].map((isRestriction) => muteId({ muterId, mutedId, isRestriction }))
}

/**
 * Somebody is muted, for a while or until it is taken back: what they have done since is not told. What comes later looks for the mute after it
 * has been written, and this for what is written already: one of both sees the other.
 */
export async function keepMute(deps: ApplyDeps, change: MuteChange): Promise<void> {
  const kept = await keepNewest(deps.collections, change)
  await silence(deps, kept)
}

/** Who is muted no longer; what was not told meanwhile stays so. */
export async function endMute({ collections: { mutes } }: ApplyDeps, change: MuteChange): Promise<void> {
  const { version, at } = change
  const _id = muteId(change)
  for (;;) {
    const known = await mutes.findOne({ _id })
    if (!known) {
      // Its beginning comes later, and will be old then.
      if (await insert(mutes, documentOf(change))) return
      continue
    }
    if (known.version >= version) return
    const until = known.until && known.until < at ? known.until : at
    const { matchedCount } = await mutes.updateOne({ _id, version: known.version }, { $set: { version, until } })
    if (matchedCount === 1) return
  }
}

async function keepNewest({ mutes }: Pick<Collections, 'mutes'>, change: MuteChange): Promise<MuteDocument> {
  const { _id, ...document } = documentOf(change)
  const replaced = await mutes.findOneAndUpdate(
    { _id, version: { $lt: change.version } },
    { $set: document },
    { returnDocument: 'after' },
  )
  if (replaced) return replaced
  await insert(mutes, { _id, ...document })
  const known = await mutes.findOne({ _id })
  if (!known) throw new Error(`mute ${_id} was there and is gone`)
  return known
}

/** @returns false if there is one already */
async function insert(mutes: Collections['mutes'], document: MuteDocument): Promise<boolean> {
  try {
    await mutes.insertOne(document)
    return true
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
    return false
  }
}

function documentOf(change: MuteChange): MuteDocument {
  const { muterId, mutedId, version, at, until } = change
  return { _id: muteId(change), muterId, mutedId, version, since: at, until }
}

/** Every step can be repeated, so an event that comes again after a crash finishes what the first delivery began. */
async function silence(deps: ApplyDeps, mute: MuteDocument): Promise<void> {
  const { collections, announce } = deps
  const { muterId, mutedId, since, until } = mute
  const times = { $gte: since, ...(until && { $lt: until }) }
  // Few: those in which something has happened since.
  const groups = await collections.groups
    .find({ recipientId: muterId, updatedAt: { $gte: since } }, { projection: { key: 1 } })
    .toArray()
  const said = { groupKey: { $in: groups.map(({ key }) => key) }, actorId: mutedId, at: times }
  await collections.entries.updateMany(said, { $set: { active: false } })
  await Promise.all((await collections.entries.distinct('groupKey', said)).map((key) => deps.countGroup(key)))
  // Announcements have no entries; they are groups of their own.
  const { modifiedCount } = await collections.groups.updateMany(
    { recipientId: muterId, kind: 'posted', actors: mutedId, createdAt: times, live: true },
    { $set: { live: false, unread: false }, ...changedNow },
  )
  if (modifiedCount > 0) await announce(muterId)
}

/** Whether something that was done at this moment was done under the mute. */
export function covers(mute: Pick<MuteDocument, 'since' | 'until'>, at: Date): boolean {
  return mute.since <= at && (mute.until === null || at < mute.until)
}

/** Mutes by id; null where there is none. */
export async function findMutes(
  { mutes }: Pick<Collections, 'mutes'>,
  ids: readonly string[],
): Promise<(MuteDocument | null)[]> {
  const found = await mutes.find({ _id: { $in: [...new Set(ids)] } }).toArray()
  const byId = new Map(found.map((mute) => [mute._id, mute]))
  return ids.map((id) => byId.get(id) ?? null)
}
