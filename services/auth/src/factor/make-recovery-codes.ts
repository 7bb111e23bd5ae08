import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'
import { hashRecoveryCode, newRecoveryCodes } from './recovery-codes.ts'

/** New recovery codes of an account in place of those of before, in the transaction of `em`. */
export async function makeRecoveryCodes(em: EntityManager, accountId: string): Promise<string[]> {
  const codes = newRecoveryCodes()
  await query(em, 'delete from recovery_code where account_id = ?', [accountId])
  await query(em, 'insert into recovery_code (account_id, hash) select ?, unnest(?::bytea[])', [
    accountId,
    codes.map(hashRecoveryCode),
  ])
  return codes
}
