import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'

/** Lets sign-ins, and whoever else changes the account, wait for this transaction. To be called before anything of it is locked, its sessions and factors. */
export async function lockAccount(tx: EntityManager, accountId: string): Promise<void> {
  await query(tx, 'select 1 from account where id = ? for no key update', [accountId])
}
