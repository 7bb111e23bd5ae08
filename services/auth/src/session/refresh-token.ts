import { createHash, randomBytes } from 'node:crypto'
import { deriveKey, seal, unseal } from '../seal.ts'

// The prefix lets secret scanners find a token that was published by mistake.
const prefix = 'dgr_rt_'

/** A new refresh token: 32 random bytes. */
export function newRefreshToken(): string {
  return prefix + randomBytes(32).toString('base64url')
}

/** What is stored of a refresh token. A plain hash is enough: there is nothing to guess in 32 random bytes. */
export function hashRefreshToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** Encrypts a token's successor so that only who holds that token can read it: the database alone is not enough. */
export function sealSuccessor(token: string, successor: string): Buffer {
  return seal(deriveKey(token, 'successor'), successor, 'successor')
}

/** The successor that was sealed for this token; null if it was not. */
export function unsealSuccessor(token: string, sealed: Uint8Array): string | null {
  return unseal(deriveKey(token, 'successor'), sealed, 'successor')
}
