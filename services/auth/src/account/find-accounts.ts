import { isUsernameShape } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'

/** Accounts by id or username, in bulk; what is not known, or waits for moderators, is not among them. */
export async function findAccounts(
  { em }: { em: EntityManager },
  { ids, usernames }: { ids: readonly string[]; usernames: readonly string[] },
): Promise<{ id: string; username: string; createdAt: string }[]> {
  const names = usernames.map((name) => name.normalize('NFKC').toLowerCase()).filter(isUsernameShape)
  if (ids.length === 0 && names.length === 0) return []
  const rows = await query<{ id: string; username: string; createdAt: Date }>(
    em,
    `select id, username, created_at as "createdAt" from account where id = any(?) and not exists (select from application where account_id = account.id)
      union
     select id, username, created_at from account where username = any(?) and not exists (select from application where account_id = account.id)`,
    [ids, names],
  )
  return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }))
}
