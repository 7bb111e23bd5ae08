import type { Passkey } from '@daguerre/contracts'

export interface PasskeyRow {
  id: string
  name: string
  isSynced: boolean
  createdAt: Date
  lastUsedAt: Date | null
}

/** The columns of a PasskeyRow. */
export const passkeyColumns = `passkey.id, passkey.name, passkey.is_synced as "isSynced", passkey.created_at as "createdAt",
  passkey.last_used_at as "lastUsedAt"`

/** A passkey as its owner sees it. */
export function presentPasskey({ createdAt, lastUsedAt, ...row }: PasskeyRow): Passkey {
  return { ...row, createdAt: createdAt.toISOString(), lastUsedAt: lastUsedAt?.toISOString() ?? null }
}

/** An account as authenticators know it: the 16 bytes of its id, which say nothing of the person. */
export function userHandleOf(accountId: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(accountId.replaceAll('-', ''), 'hex'))
}
