import type { Account } from '@daguerre/contracts'

export interface AccountRow {
  id: string
  email: string
  username: string
  createdAt: Date
}

/** The columns of an AccountRow. */
export const accountColumns = 'account.id, account.email, account.username, account.created_at as "createdAt"'

/** An account as its owner sees it. */
export function presentAccount({ id, email, username, createdAt }: AccountRow): Account {
  return { id, email, username, createdAt: createdAt.toISOString() }
}

/** How e-mail addresses are compared. */
export function emailKey(email: string): string {
  return email.trim().normalize('NFC').toLowerCase()
}
