import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'
import { type AccountRow, accountColumns } from '../account/account.ts'

export interface Credentials extends AccountRow {
  /** null: there is no password. */
  passwordHash: string | null
  passwordVersion: number
  /** Whether the account's address is its own beyond question. */
  isSettled: boolean
}

const columns = `${accountColumns}, password_hash as "passwordHash", password_version as "passwordVersion",
  email_claim_key is null as "isSettled"`

/** Who has this username. */
export async function findByUsername(em: EntityManager, username: string): Promise<Credentials | null> {
  const [account] = await query<Credentials>(em, `select ${columns} from account where username = ?`, [username])
  return account ?? null
}

/**
 * Who may mean themselves by an address: whom it belongs to, and who claimed it first. Both, as otherwise somebody who registers
 * with an address and then cannot sign in by it would know that it belongs to another.
 */
export async function findByEmail(em: EntityManager, key: string): Promise<[Credentials | null, Credentials | null]> {
  const rows = await query<Credentials>(
    em,
    `select ${columns} from account where email_key = ? and email_claim_key is null
     union all (select ${columns} from account where email_claim_key = ? order by id limit 1)`,
    [key, key],
  )
  return [rows.find(({ isSettled }) => isSettled) ?? null, rows.find(({ isSettled }) => !isSettled) ?? null]
}
