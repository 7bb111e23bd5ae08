import type { Account, Role } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'

export interface AccountRow {
  id: string
  email: string
  emailVerified: boolean
  username: string
  role: Role
  deletionAt: Date | null
  createdAt: Date
}

/** The columns of an AccountRow. */
export const accountColumns = `account.id, account.email, account.email_verified_at is not null as "emailVerified",
  account.username, account.role, account.deletion_due_at as "deletionAt", account.created_at as "createdAt"`

/** An account as its owner sees it. */
export function presentAccount({ deletionAt, createdAt, ...account }: AccountRow): Account {
  const { id, email, emailVerified, username, role } = account
  return {
    ...{ id, email, emailVerified, username, role },
    deletionAt: deletionAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  }
}

/** How e-mail addresses are compared. */
export function emailKey(email: string): string {
  return email.trim().normalize('NFC').toLowerCase()
}

/** Lets one transaction at a time decide whose an address is. */
export async function lockAddress(tx: EntityManager, key: string): Promise<void> {
  await query(tx, "select pg_advisory_xact_lock(hashtextextended('email ' || ?, 0))", [key])
}
