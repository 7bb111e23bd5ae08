import { createHash, randomBytes } from 'node:crypto'
import type { Invitation } from '@daguerre/contracts'

// The prefix lets secret scanners find a code that was published by mistake.
const prefix = 'dgr_iv_'

/** A new code: 16 random bytes, short enough to be typed. */
export function newInvitationCode(): string {
  return prefix + randomBytes(16).toString('base64url')
}

/** What is stored of it. */
export function hashInvitationCode(code: string): Buffer {
  return createHash('sha256').update(code).digest()
}

export interface InvitationRow {
  id: string
  inviterId: string
  inviterName: string
  note: string
  uses: number
  mostUses: number
  createdAt: Date
  expiresAt: Date
}

/** The columns of an InvitationRow, with the inviter's account. */
export const invitationColumns = `invitation.id, inviter_id as "inviterId", account.username as "inviterName", note, uses,
  most_uses as "mostUses", invitation.created_at as "createdAt", expires_at as "expiresAt"`

export function presentInvitation({ inviterId, inviterName, ...row }: InvitationRow): Invitation {
  const { id, note, uses, mostUses } = row
  return {
    ...{ id, note, uses, mostUses },
    inviter: { id: inviterId, username: inviterName },
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  }
}
