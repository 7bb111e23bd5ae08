import { createHash, randomBytes } from 'node:crypto'
import type { PersonalToken, TokenScope } from '@daguerre/contracts'
import { checksumOf, personalTokenPrefix } from '@daguerre/kit/personal-token'

/** A new token: 32 random bytes. */
export function newPersonalToken(): string {
  const random = randomBytes(32).toString('base64url')
  return personalTokenPrefix + random + checksumOf(random)
}

/** What is stored of it. */
export function hashPersonalToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

export interface PersonalTokenRow {
  id: string
  name: string
  scopes: TokenScope[]
  createdAt: Date
  expiresAt: Date
  lastUsedAt: Date | null
}

/** The columns of a PersonalTokenRow. */
export const personalTokenColumns = `id, name, scopes, created_at as "createdAt", expires_at as "expiresAt",
  last_used_at as "lastUsedAt"`

/** SQL: it can be used. */
export const personalTokenIsLive = '(personal_token.revoked_at is null and personal_token.expires_at > now())'

/** A token as its owner sees it afterwards. */
export function presentPersonalToken(row: PersonalTokenRow): PersonalToken {
  return {
    ...row,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  }
}
