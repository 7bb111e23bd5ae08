import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { KitEnv } from '@daguerre/kit/http'
import { isPersonalToken } from '@daguerre/kit/personal-token'
import { problem } from '@daguerre/kit/problem'
import type { Context, Next } from 'hono'
import { LRUCache } from 'lru-cache'
import type { Upstreams } from './upstreams.ts'

interface Known {
  /** null: auth knows no such token. */
  accessToken: string | null
  untilMs: number
}

const bearer = /^bearer +(dgp_[\w-]+) *$/i
/** What auth has refused is refused again without asking for this long. */
const refusedMs = 5_000

/**
 * Middleware that puts an access token in place of a personal one, which so no service ever sees. Auth is asked once in some
 * seconds for each; that a token was revoked is seen as ends of sessions are, at each request.
 */
export function createTokenSwap({
  upstreams,
  limit,
}: {
  upstreams: Upstreams
  /** Before auth is asked, or invented tokens would be a way around all limits. @throws Problem 429 */
  limit: (c: Context<KitEnv>) => Promise<unknown>
}) {
  const known = new LRUCache<string, Known>({ max: 10_000 })
  const asked = new Map<string, Promise<string | null>>()

  async function accessTokenFor(c: Context<KitEnv>, token: string): Promise<string | null> {
    // Whoever sees this memory is not given what opens accounts for a year.
    const key = createHash('sha256').update(token).digest('base64url')
    const before = known.get(key)
    if (before && before.untilMs > Date.now()) return before.accessToken
    const asking = asked.get(key) ?? ask(c, token, key).finally(() => asked.delete(key))
    asked.set(key, asking)
    return asking
  }

  async function ask(c: Context<KitEnv>, token: string, key: string): Promise<string | null> {
    await limit(c)
    const startedMs = Date.now()
    const response = await upstreams
      .request('auth', {
        method: 'POST',
        path: '/api/v1/auth/tokens/exchange',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token }),
        headersTimeout: 5_000,
        bodyTimeout: 5_000,
      })
      .catch(() => null)
    const body = (await response?.body.json().catch(() => null)) as { accessToken: string; expiresIn: number } | null
    if (response?.statusCode === 401) {
      known.set(key, { accessToken: null, untilMs: startedMs + refusedMs })
      return null
    }
    if (response?.statusCode !== 200 || !body) {
      throw problem(503, 'auth.unavailable', 'This token cannot be checked at the moment. Try again.', {
        headers: { 'retry-after': '1' },
      })
    }
    // By half of its life it is renewed, so that none is sent that ends on its way.
    known.set(key, { accessToken: body.accessToken, untilMs: startedMs + body.expiresIn * 500 })
    return body.accessToken
  }

  return async function swapPersonalToken(c: Context<KitEnv>, next: Next): Promise<void> {
    const token = bearer.exec(c.req.header('authorization') ?? '')?.[1]
    if (token !== undefined) {
      const accessToken = isPersonalToken(token) ? await accessTokenFor(c, token) : null
      if (accessToken === null) {
        const challenge = 'Bearer realm="daguerre", error="invalid_token", error_description="auth.token_invalid"'
        throw problem(401, 'auth.token_invalid', 'The token is not valid, has expired or was revoked.', {
          headers: { 'www-authenticate': challenge },
        })
      }
      // Both what is read here and what is passed on.
      const authorization = `Bearer ${accessToken}`
      c.req.raw.headers.set('authorization', authorization)
      ;(c.env as { incoming: IncomingMessage }).incoming.headers.authorization = authorization
    }
    await next()
  }
}
