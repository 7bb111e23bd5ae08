import { createOrm, runMigrations } from '@daguerre/kit/postgres'
import { Migration20261123000000Posts } from './migrations/migration-20261123000000-posts.ts'
import { PostEntity } from './post.entity.ts'

export const migrations = [{ name: 'migration-20261123000000-posts', class: Migration20261123000000Posts }]

/** Brings a database to the present schema. @returns names of the migrations that ran */
export async function migrate(url: string): Promise<string[]> {
  const orm = createOrm({ url, entities: [PostEntity], migrations, service: 'post migrate' })
  try {
    return await runMigrations(orm)
  } finally {
    await orm.close(true)
  }
}

if (import.meta.main) {
  const url = process.env['DATABASE_URL']
  if (!url) throw new Error('DATABASE_URL is not set')
  await migrate(url)
}
