import { collectionsOf, connect, createOrm } from '../../services/notification/src/orm.ts'
import type { Sizes } from './sizes.ts'

/** Of each collection so many documents are looked at. */
const sample = 1000

/** Documents of notification by collection. Their BSON is measured: what indexes take, the stand-in does not know. */
export async function measureDocuments(url: string): Promise<Sizes['mongodb']> {
  const orm = await createOrm(url)
  try {
    await connect(orm)
    const sizes: Sizes['mongodb'] = {}
    for (const collection of Object.values(collectionsOf(orm))) {
      const documents = await collection.countDocuments({})
      if (documents === 0) continue
      // Raw documents are the bytes of their BSON.
      const some = (await collection.find({}, { raw: true, limit: sample }).toArray()) as unknown as Buffer[]
      const bytes = some.reduce((sum, document) => sum + document.byteLength, 0)
      sizes[collection.collectionName] = { documents, bytes: (bytes / some.length) * documents }
    }
    return sizes
  } finally {
    await orm.close()
  }
}
