import { createOrm, type MikroORM, type OrmOptions } from '@daguerre/kit/postgres'
import { Migration0001Interactions } from './migrations/migration-0001-interactions.ts'

/** There are no entities: each verb is a statement or two. */
export const databaseOptions: Omit<OrmOptions, 'url'> = {
  service: 'interaction',
  entities: [],
  migrations: [{ name: 'Migration0001Interactions', class: Migration0001Interactions }],
}

/** The database of this service. */
export function openDatabase(options: { url: string; poolMax?: number }): MikroORM {
  return createOrm({ ...databaseOptions, ...options })
}
