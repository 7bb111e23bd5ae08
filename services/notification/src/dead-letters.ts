import type { DeadLetterStore } from '@daguerre/kit/consumer'
import type { Collections } from './notification/store.ts'

const lockMs = 60_000

/** Dead letters as documents; taken by a lock that ends by itself. */
export function mongoDeadLetters(
  { deadLetters }: Pick<Collections, 'deadLetters'>,
  clock: () => Date,
): DeadLetterStore {
  return {
    async add({ id, ...letter }) {
      await deadLetters.updateOne({ _id: id }, { $set: { ...letter, lockedUntil: new Date(0) } }, { upsert: true })
    },
    async list(limit) {
      const found = await deadLetters.find({}, { sort: { receivedAt: 1 }, limit }).toArray()
      return found.map(({ _id, lockedUntil: _lockedUntil, ...letter }) => ({ id: _id, ...letter }))
    },
    async take(id, work) {
      const now = clock()
      const taken = await deadLetters.findOneAndUpdate(
        { _id: id, lockedUntil: { $lt: now } },
        { $set: { lockedUntil: new Date(now.getTime() + lockMs) } },
      )
      if (!taken) return false
      const { _id, lockedUntil: _lockedUntil, ...letter } = taken
      try {
        await work({ id: _id, ...letter })
      } catch (error) {
        await deadLetters.updateOne({ _id: id }, { $set: { lockedUntil: new Date(0) } })
        throw error
      }
      await deadLetters.deleteOne({ _id: id })
      return true
    },
  }
}
