import { type Collections, isDuplicateKey } from '../notification/store.ts'

/** Somebody has left for good; a job erases what is kept of them. Again changes nothing. */
export async function noteDeparture(
  { collections: { departed }, clock }: { collections: Pick<Collections, 'departed'>; clock: () => Date },
  personId: string,
): Promise<void> {
  const now = clock()
  try {
    await departed.updateOne({ _id: personId }, { $setOnInsert: { at: now, passes: 0, dueAt: now } }, { upsert: true })
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
  }
}

/** Which of these have left. */
export async function haveLeft(
  { departed }: Pick<Collections, 'departed'>,
  ids: readonly string[],
): Promise<boolean[]> {
  const found = await departed.find({ _id: { $in: [...new Set(ids)] } }, { projection: { _id: 1 } }).toArray()
  const gone = new Set(found.map(({ _id }) => _id))
  return ids.map((id) => gone.has(id))
}
