import { createOrm, type MikroORM } from '@daguerre/kit/postgres'
import { Migration20261123080000ProfilesAndFollows } from './migrations/20261123080000-profiles-and-follows.ts'

/** MikroORM of this service's database. Its tables are few and its statements conditional, so they are SQL, not entities. */
export function openDatabase(options: { url: string; poolMax?: number }): MikroORM {
  return createOrm({
    ...options,
    service: 'user',
    entities: [],
    migrations: [{ name: '20261123080000-profiles-and-follows', class: Migration20261123080000ProfilesAndFollows }],
  })
}
