import { mongodbConfig, readConfig } from '@daguerre/kit/config'
import { z } from 'zod'
import { createOrm } from './orm.ts'

/** Makes the indexes; again changes nothing. */
export async function migrate(url: string): Promise<void> {
  const orm = await createOrm(url)
  try {
    await orm.schema.ensureIndexes()
  } finally {
    await orm.close()
  }
}

if (import.meta.main) await migrate(readConfig(z.object(mongodbConfig)).MONGODB_URL)
