import { runMigrations } from '@daguerre/kit/postgres'
import { openDatabase } from './database.ts'

/** Brings the database to the present schema. @returns names of the migrations run */
export async function migrate(url: string): Promise<string[]> {
  const orm = openDatabase({ url, poolMax: 2 })
  try {
    return await runMigrations(orm)
  } finally {
    await orm.close()
  }
}

if (import.meta.main) {
  const url = process.env['DATABASE_URL']
  if (!url) throw new Error('DATABASE_URL is required')
  const names = await migrate(url)
  console.log(names.length === 0 ? 'nothing to migrate' : `migrated: ${names.join(', ')}`)
}
