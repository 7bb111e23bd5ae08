import type { Role } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { ordinaryScopes } from '@daguerre/kit/tokens'
import { SignJWT } from 'jose'
import type { Keyring } from '../signing-key/keyring.ts'

export interface AccessTokens {
  lifetimeSeconds: number
  /**
   * A signed access token (RFC 9068) of a person's session: good for what their role is.
   * @throws Problem 503 `auth.keys_unavailable`
   */
  issue(holder: Holder & { role: Role }): Promise<string>
  /** One that is good for these scopes alone. @throws Problem as `issue` */
  issueFor(holder: Holder, scopes: readonly string[], seconds: number): Promise<string>
}

interface Holder {
  userId: string
  username: string
  sessionId: string
  /** The application that a person lets act for them, where it is one. */
  clientId?: string
}

/** What a role is good for besides what everybody may. */
export const roleScopes: Record<Role, readonly string[]> = {
  member: [],
  moderator: ['moderate'],
  admin: ['moderate', 'admin'],
}

/** The claim of a session; a member's tokens have none, which means the same as all that everybody may. */
function scopeOf(role: Role): { scope?: string } {
  return role === 'member' ? {} : { scope: [...ordinaryScopes, ...roleScopes[role]].join(' ') }
}

export function createAccessTokens(options: {
  keyring: Keyring
  issuer: string
  audience: string
  lifetimeSeconds: number
}): AccessTokens {
  const { keyring, issuer, audience, lifetimeSeconds } = options
  function sign(
    { userId, username, sessionId, clientId }: Holder,
    claims: { scope?: string },
    seconds: number,
  ): Promise<string> {
    const { kid, privateKey } = keyring.signingKey()
    const now = Math.floor(Date.now() / 1000)
    return new SignJWT({ sid: sessionId, username, ...(clientId !== undefined && { client_id: clientId }), ...claims })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(userId)
      .setIssuedAt(now)
      .setExpirationTime(now + seconds)
      .setJti(newId())
      .sign(privateKey)
  }

  return {
    lifetimeSeconds,
    // Async: what it throws is the answer's.
    issue: async (holder) => sign(holder, scopeOf(holder.role), lifetimeSeconds),
    issueFor: async (holder, scopes, seconds) => sign(holder, { scope: scopes.join(' ') }, seconds),
  }
}
