import type { MongoBulkWriteError, WriteError } from 'mongodb'
import { type Collections, type EntryDocument, isDuplicateKey } from './store.ts'

/** The group that an entry is in, and those that it has left and that have not been counted since. */
export type Kept = Pick<EntryDocument, 'groupKey' | 'dirty'>

export type EntryVersion = Omit<EntryDocument, 'dirty' | 'removed'>

type Result = Kept | Error

/**
 * Keeps the newest version of each entry, by three statements if nobody else writes the same ones.
 * @returns how each is kept, be it by this version or by a newer one; in the order of the entries
 */
export async function keepNewest(
  { entries }: Pick<Collections, 'entries'>,
  versions: readonly EntryVersion[],
): Promise<Result[]> {
  const newest = new Map<string, EntryVersion>()
  for (const version of versions) {
    const other = newest.get(version._id)
    if (!other || other.version < version.version) newest.set(version._id, version)
  }
  // Most entries are new, so that is tried first.
  const results = await insertNew({ entries }, [...newest.values()])
  let open = [...newest.values()].filter(({ _id }) => !results.has(_id))
  while (open.length > 0) {
    const known = new Map(
      (await entries.find({ _id: { $in: open.map(({ _id }) => _id) } }).toArray()).map((entry) => [entry._id, entry]),
    )
    const changes = open.flatMap((next) => {
      const before = known.get(next._id)
      if (before && before.version < next.version) return [replacement(before, next)]
      results.set(next._id, before ?? new Error(`entry ${next._id} was there and is gone`))
      return []
    })
    if (changes.length === 0) break
    const { matchedCount } = await entries.bulkWrite(
      changes.map(({ updateOne }) => ({ updateOne })),
      { ordered: false },
    )
    open = changes.map(({ next }) => next)
    // Otherwise somebody has changed one meanwhile: what is there now tells which.
    if (matchedCount < changes.length) continue
    for (const { kept, next } of changes) results.set(next._id, kept)
    break
  }
  return versions.map(({ _id }) => results.get(_id)!)
}

function replacement(before: EntryDocument, next: EntryVersion) {
  const { _id, ...set } = next
  const dirty = [...new Set([before.groupKey, ...before.dirty])].filter((key) => key !== next.groupKey)
  return {
    next,
    kept: { groupKey: next.groupKey, dirty },
    updateOne: { filter: { _id, version: before.version }, update: { $set: { ...set, dirty } } },
  }
}

/** @returns how those are kept that were not there, and which could not be */
async function insertNew(
  { entries }: Pick<Collections, 'entries'>,
  versions: readonly EntryVersion[],
): Promise<Map<string, Result>> {
  const failures = await failuresOf(
    entries.insertMany(
      versions.map((version) => ({ ...version, removed: false, dirty: [] })),
      { ordered: false },
    ),
  )
  return new Map(
    versions.flatMap(({ _id, groupKey }, index): [string, Result][] => {
      const failure = failures.get(index)
      if (!failure) return [[_id, { groupKey, dirty: [] }]]
      return isDuplicateKey(failure) ? [] : [[_id, new Error(failure.errmsg ?? `entry ${_id} was refused`)]]
    }),
  )
}

/** What was refused of a bulk, by its place in it. @throws when all of it failed */
async function failuresOf(written: Promise<unknown>): Promise<Map<number, WriteError>> {
  try {
    await written
    return new Map()
  } catch (error) {
    const { writeErrors } = error as Partial<MongoBulkWriteError>
    const failures = [writeErrors ?? []].flat()
    if (failures.length === 0) throw error
    return new Map(failures.map((failure) => [failure.index, failure]))
  }
}
