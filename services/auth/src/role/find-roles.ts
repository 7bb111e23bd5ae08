import type { Role } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'

/** What each of these accounts is, of those that there are. */
export async function findRoles(
  { em }: { em: EntityManager },
  ids: readonly string[],
): Promise<{ id: string; role: Role }[]> {
  if (ids.length === 0) return []
  return query(em, 'select id, role from account where id = any(?::uuid[])', [ids])
}
