import { type CryptoKey, importJWK, type JWK, type JWTHeaderParameters, jwtVerify, errors } from 'jose'
import { LRUCache } from 'lru-cache'
import { problem } from './problem.ts'

/** Who sends a request, as the access token says, and what it may be used for. */
export type Viewer = { id: string; username: string; sessionId: string; scopes: readonly string[] }

/**
 * What a token without the claim `scope` may be used for: that of a person's own session, whose tokens so stay small. More than
 * this (of a role) is named by the claim, and so is less.
 */
export const ordinaryScopes: readonly string[] = ['read', 'post', 'interact', 'follow', 'profile', 'account', 'export']

export type JsonWebKeySet = { keys: JWK[] }

/** A token that is not to be trusted; `reason` is `expired` only if all else about it is right. */
export class TokenError extends Error {
  override readonly name = 'TokenError'
  readonly reason: 'expired' | 'invalid'

  constructor(reason: 'expired' | 'invalid', cause?: unknown) {
    super(`token ${reason}`, { cause })
    this.reason = reason
  }
}

export type TokenVerifier = {
  /**
   * @throws TokenError if the token is not valid
   * @throws Problem 503 `auth.keys_unavailable` if no signing keys were ever had
   */
  verify(token: string): Promise<Viewer>
  /** For readiness: resolves where there are keys; else asks for them, at most once a second. @throws if there are none */
  ready(): Promise<void>
}

// RFC 8693 §4.2.
function scopesOf(claim: unknown): readonly string[] {
  if (claim === undefined) return ordinaryScopes
  if (typeof claim !== 'string') throw new TokenError('invalid')
  return claim.split(' ')
}

const jwksFreshMs = 10 * 60_000
const refetchPauseMs = 10_000
const verifiedMs = 60_000
const firstKeysPauseMs = 1000

/**
 * Verifies access tokens (RFC 9068): ES256 only, `typ` `at+jwt`, `kid` required, `iss` and `aud` exact, five seconds
 * of clock tolerance. Keys are kept ten minutes, fetched again for an unknown `kid` at most every ten seconds, and the
 * old ones serve on when that fails. Verified tokens are remembered for a minute at most, never beyond `exp`.
 */
export function createTokenVerifier(options: {
  issuer: string
  audience: string
  loadJwks: () => Promise<JsonWebKeySet>
}): TokenVerifier {
  let keys = new Map<string, CryptoKey>()
  let fetchedAt = Number.NEGATIVE_INFINITY
  let triedAt = Number.NEGATIVE_INFINITY
  let loading: Promise<void> | undefined
  // An ES256 verification costs about 100 µs, and one page of the app sends the same token many times.
  const verified = new LRUCache<string, { viewer: Viewer; untilMs: number }>({ max: 2000 })

  function reload(): Promise<void> {
    triedAt = performance.now()
    loading ??= loadKeys().finally(() => {
      loading = undefined
    })
    return loading
  }

  async function loadKeys(): Promise<void> {
    const set = await options.loadJwks()
    const next = new Map<string, CryptoKey>()
    for (const jwk of set.keys) {
      if (jwk.kid === undefined || jwk.kty !== 'EC' || jwk.crv !== 'P-256') continue
      if (jwk.use !== undefined && jwk.use !== 'sig') continue
      // Only the public half is taken, whatever else the set carries.
      const key = await importJWK({ kty: 'EC', crv: 'P-256', x: jwk.x!, y: jwk.y! }, 'ES256')
      if (!(key instanceof Uint8Array)) next.set(jwk.kid, key)
    }
    keys = next
    fetchedAt = performance.now()
  }

  async function keyOf(header: JWTHeaderParameters): Promise<CryptoKey> {
    const kid = header.kid
    if (typeof kid !== 'string' || kid === '') throw new TokenError('invalid')
    const now = performance.now()
    const ageMs = now - fetchedAt
    const stale = ageMs > jwksFreshMs
    if (stale && keys.has(kid) && ageMs < 2 * jwksFreshMs) {
      // Who has a known key need not wait for an auth that is slow or away.
      if (loading === undefined && now - triedAt > refetchPauseMs) void reload().catch(() => {})
    } else if (
      (stale || !keys.has(kid)) &&
      (loading !== undefined || now - triedAt > refetchPauseMs || keys.size === 0)
    ) {
      try {
        await reload()
      } catch (error) {
        if (keys.size === 0) {
          throw problem(503, 'auth.keys_unavailable', 'Sign-in cannot be checked at the moment.', {
            headers: { 'retry-after': '2' },
            cause: error,
          })
        }
      }
    }
    const key = keys.get(kid)
    if (!key) throw new TokenError('invalid')
    return key
  }

  return {
    async ready() {
      if (keys.size > 0) return
      const isEarly = loading === undefined && performance.now() - triedAt < firstKeysPauseMs
      if (isEarly) throw new Error('there are no keys yet')
      await reload()
    },

    async verify(token) {
      const known = verified.get(token)
      if (known && known.untilMs > Date.now()) return known.viewer
      try {
        const { payload } = await jwtVerify(token, keyOf, {
          algorithms: ['ES256'],
          typ: 'at+jwt',
          issuer: options.issuer,
          audience: options.audience,
          requiredClaims: ['sub', 'sid', 'username', 'iat', 'exp'],
          clockTolerance: 5,
        })
        const { sub, sid, username, scope, exp } = payload
        if (typeof sub !== 'string' || typeof sid !== 'string' || typeof username !== 'string') {
          throw new TokenError('invalid')
        }
        const viewer = { id: sub, username, sessionId: sid, scopes: scopesOf(scope) }
        verified.set(token, { viewer, untilMs: Math.min(Date.now() + verifiedMs, exp! * 1000) })
        return viewer
      } catch (error) {
        if (error instanceof errors.JWTExpired) throw new TokenError('expired', error)
        if (error instanceof errors.JOSEError) throw new TokenError('invalid', error)
        throw error
      }
    },
  }
}
