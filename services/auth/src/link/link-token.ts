import { createHash, randomBytes } from 'node:crypto'

// The prefix lets secret scanners find a token that was published by mistake.
const prefix = 'dgr_ml_'

/** A new token for a link in a mail: 32 random bytes. */
export function newLinkToken(): string {
  return prefix + randomBytes(32).toString('base64url')
}

/** What is stored of it. */
export function hashLinkToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
