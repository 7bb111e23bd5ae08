import { createOrm, runMigrations } from '@daguerre/kit/postgres'
import { migrations } from './migrations/index.ts'

/** Brings the database of media to the newest schema. The bucket is made by main.ts. @returns names of the migrations that were run */
export async function migrate(url: string): Promise<string[]> {
  const orm = createOrm({ url, entities: [], migrations, service: 'media-migrate', poolMax: 1 })
  try {
    return await runMigrations(orm)
  } finally {
    await orm.close()
  }
}

if (import.meta.main) {
  const { readConfig, postgresConfig } = await import('@daguerre/kit/config')
  const { z } = await import('@hono/zod-openapi')
  const { DATABASE_URL } = readConfig(z.object({ DATABASE_URL: postgresConfig.DATABASE_URL }))
  console.log(JSON.stringify({ service: 'media', migrations: await migrate(DATABASE_URL) }))
}
