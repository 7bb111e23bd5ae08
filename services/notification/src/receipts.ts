import type { ReceiptStore } from '@daguerre/kit/receipts'
import { type Collections, isDuplicateKey } from './notification/store.ts'

/** Which events have arrived, a document a publisher. */
export function mongoReceipts({ receipts: collection }: Pick<Collections, 'receipts'>): ReceiptStore {
  return {
    async read(source) {
      const found = await collection.findOne({ _id: source })
      return found && { receipts: found.receipts, revision: found.revision }
    },
    async write(source, receipts, revision) {
      if (revision > 0) {
        const update = { $set: { receipts, revision: revision + 1 } }
        return (await collection.updateOne({ _id: source, revision }, update)).matchedCount === 1
      }
      try {
        await collection.insertOne({ _id: source, receipts, revision: 1 })
        return true
      } catch (error) {
        if (isDuplicateKey(error)) return false
        throw error
      }
    },
  }
}
