import { newId } from '@daguerre/kit/id'
import { SignJWT } from 'jose'
import type { Keyring } from '../signing-key/keyring.ts'

export interface AccessTokens {
  lifetimeSeconds: number
  /** A signed access token (RFC 9068). @throws Problem 503 `auth.keys_unavailable` */
  issue(holder: { userId: string; username: string; sessionId: string }): Promise<string>
}

export function createAccessTokens(options: {
  keyring: Keyring
  issuer: string
  audience: string
  lifetimeSeconds: number
}): AccessTokens {
  const { keyring, issuer, audience, lifetimeSeconds } = options
  return {
    lifetimeSeconds,
    async issue({ userId, username, sessionId }) {
      const { kid, privateKey } = keyring.signingKey()
      const now = Math.floor(Date.now() / 1000)
      return new SignJWT({ sid: sessionId, username })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(userId)
        .setIssuedAt(now)
        .setExpirationTime(now + lifetimeSeconds)
        .setJti(newId())
        .sign(privateKey)
    },
  }
}
