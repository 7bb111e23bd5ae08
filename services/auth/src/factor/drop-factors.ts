import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'

/** Takes away whatever an account is opened with besides its password, in the transaction of `tx`. @returns whether there was anything */
export async function dropFactors(tx: EntityManager, accountId: string): Promise<boolean> {
  let isChanged = false
  for (const table of ['totp', 'passkey', 'recovery_code']) {
    const dropped = await query(tx, `delete from ${table} where account_id = ? returning 1`, [accountId])
    isChanged ||= dropped.length > 0
  }
  return isChanged
}
