import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { RoleHolder } from './lock-as-admin.ts'

/** Who is more than a member, the youngest accounts first, from `before` on; asked for with one more than shown. */
export async function listRoles(
  { em }: { em: EntityManager },
  { before, limit }: { before: string | null; limit: number },
): Promise<RoleHolder[]> {
  return query<RoleHolder>(
    em,
    `select id, username, role from account
      where role <> 'member' and (?::uuid is null or id < ?) order by id desc limit ?`,
    [before, before, limit],
  )
}
