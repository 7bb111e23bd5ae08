import { createOrm, type MikroORM, type OrmOptions } from '@daguerre/kit/postgres'
import { Migration20261123080000ProfilesAndFollows } from './migrations/20261123080000-profiles-and-follows.ts'

/** This service's database. Its tables are few and its writes conditional, so they are SQL, and there are no entities. */
export const database = {
  service: 'user',
  entities: [],
  migrations: [{ name: '20261123080000-profiles-and-follows', class: Migration20261123080000ProfilesAndFollows }],
} satisfies Omit<OrmOptions, 'url'>

export function openDatabase(options: { url: string; poolMax?: number }): MikroORM {
  return createOrm({ ...database, ...options })
}
