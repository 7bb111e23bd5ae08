import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import {
  createHttpApp,
  deprecated,
  type HttpDeps,
  type KitEnv,
  maybeViewerOf,
  optionalViewer,
  type Viewer,
} from '@daguerre/kit/http'
import { problem } from '@daguerre/kit/problem'
import type { TokenVerifier } from '@daguerre/kit/tokens'
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { cors } from 'hono/cors'
import { createMiddleware } from 'hono/factory'
import { answerFor, etagOf } from './answer.ts'
import type { GatewayConfig } from './config.ts'
import { mountDocs } from './docs.ts'
import { clientAddress, securityHeaders } from './headers.ts'
import { createMicroCache } from './micro-cache.ts'
import { createTokenSwap } from './personal-tokens.ts'
import { proxy } from './proxy.ts'
import {
  isRateLimitName,
  type LimitResult,
  rateLimitHeaders,
  type RateLimiter,
  type RateLimitName,
} from './rate-limits.ts'
import { createRouteTable, type OpenApiDocument, type Route } from './route-table.ts'
import type { Upstreams } from './upstreams.ts'
import type { WebBuild } from './web/build.ts'
import { reportLimitBytes, takeCspReports } from './web/csp-reports.ts'
import { reportPath } from './web/policy.ts'
import { createPublicReads } from './web/public-reads.ts'
import { createWebApp } from './web/web-app.ts'

export interface GatewayDeps {
  config: Pick<
    GatewayConfig,
    | 'APP_ID'
    | 'PUBLIC_URL'
    | 'CORS_ORIGINS'
    | 'UPLOAD_ORIGINS'
    | 'TRUSTED_PROXIES'
    | 'HSTS_SECONDS'
    | 'DAGUERRE_TRUSTED_TOKEN'
  >
  log: HttpDeps['log']
  checks: NonNullable<HttpDeps['checks']>
  document: OpenApiDocument
  upstreams: Upstreams
  /** The build of the web app; null if there is none. */
  web: WebBuild | null
  verifier: TokenVerifier
  hasEnded(sessionId: string): Promise<boolean>
  /** Null switches the limits off. */
  limiter: RateLimiter | null
}

const microCacheBytes = 16 * 1024 * 1024

/**
 * The public door. Every path but the documents' is looked up in the merged OpenAPI document and passed on; what is not in it
 * may be a page or a file of the web app.
 */
export function createApp(deps: GatewayDeps) {
  const { config } = deps
  const table = createRouteTable(deps.document)
  const trustedToken = config.DAGUERRE_TRUSTED_TOKEN === undefined ? null : Buffer.from(config.DAGUERRE_TRUSTED_TOKEN)
  function isTrusted(header: string | undefined): boolean {
    if (header === undefined || trustedToken === null) return false
    const given = Buffer.from(header)
    return given.length === trustedToken.length && timingSafeEqual(given, trustedToken)
  }
  const proxyDeps = {
    upstreams: deps.upstreams,
    microCache: createMicroCache({ maxBytes: microCacheBytes }),
    publicUrl: config.PUBLIC_URL,
    hasEnded: (sessionId: string) => deps.hasEnded(sessionId),
  }
  const app = createHttpApp({
    // No sidecar, so nothing internal is served and no token for it exists.
    config: { ...config, APP_API_TOKEN: '', SECRET_KEY: '' },
    log: deps.log,
    checks: deps.checks,
    verifier: deps.verifier,
    internalPrefixes: [],
    bodyLimitBytes: Number.POSITIVE_INFINITY,
    setUp: (inner) => {
      inner.use(async (c, next) => {
        // Metrics and readiness are for the inside: what came through a proxy came from outside.
        if ((c.req.path === '/metrics' || c.req.path === '/readyz') && c.req.header('x-forwarded-for')) {
          throw problem(404, 'request.route_not_found', 'There is no such route.')
        }
        await next()
        for (const [name, value] of Object.entries(securityHeaders)) {
          if (!c.res.headers.has(name)) c.res.headers.set(name, value)
        }
        if (config.HSTS_SECONDS > 0) {
          c.res.headers.set('strict-transport-security', `max-age=${config.HSTS_SECONDS}; includeSubDomains`)
        }
      })
      if (config.CORS_ORIGINS.length > 0) {
        inner.use(
          cors({
            origin: config.CORS_ORIGINS.includes('*') ? '*' : config.CORS_ORIGINS,
            allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
            allowHeaders: [
              'authorization',
              'content-type',
              'idempotency-key',
              'if-none-match',
              'last-event-id',
              'x-request-id',
            ],
            exposeHeaders: [
              'location',
              'etag',
              'ratelimit',
              'ratelimit-policy',
              'retry-after',
              'x-request-id',
              'daguerre-degraded',
              'idempotency-replayed',
              'deprecation',
              'link',
            ],
            maxAge: 600,
          }),
        )
      }
    },
  })

  const openApi = Buffer.from(JSON.stringify({ ...deps.document, servers: [{ url: config.PUBLIC_URL }] }))
  const openApiAnswer = {
    status: 200,
    headers: [
      ['content-type', 'application/json'],
      ['cache-control', 'public, max-age=60'],
      ['etag', etagOf(openApi)],
    ] as [string, string][],
    body: openApi,
  }
  app.get('/api/v1/openapi.json', (c) =>
    answerFor(openApiAnswer, {
      method: c.req.method,
      ifNoneMatch: c.req.header('if-none-match'),
      acceptEncoding: c.req.header('accept-encoding'),
    }),
  )
  mountDocs(app, deprecated('/docs'))

  function addressOf(c: Context<KitEnv>): string {
    const { socket } = (c.env as { incoming: IncomingMessage }).incoming
    return clientAddress(socket.remoteAddress, c.req.header('x-forwarded-for'), config.TRUSTED_PROXIES)
  }

  /** @throws Problem 429 */
  async function limit(c: Context<KitEnv>, name: RateLimitName, viewer: Viewer | null): Promise<LimitResult | null> {
    if (!deps.limiter || isTrusted(c.req.header('x-daguerre-trusted-token'))) return null
    const limited = await deps.limiter.take(name, { viewerId: viewer?.id ?? null, address: addressOf(c) })
    if (!limited || limited.allowed) return limited
    throw problem(429, 'request.rate_limited', `Too many requests. Try again in ${limited.resetSeconds} seconds.`, {
      headers: rateLimitHeaders(limited),
    })
  }

  app.post(
    reportPath,
    async (c, next) => {
      await limit(c, 'report', null)
      await next()
    },
    bodyLimit({
      maxSize: reportLimitBytes,
      onError: () => {
        throw problem(413, 'request.too_large', `The body may have at most ${reportLimitBytes} bytes.`)
      },
    }),
    (c) => takeCspReports(c, deps.log),
  )
  const web =
    deps.web &&
    createWebApp({
      build: deps.web,
      reads: createPublicReads({ ...proxyDeps, table, log: deps.log }),
      publicUrl: config.PUBLIC_URL,
      uploadOrigins: config.UPLOAD_ORIGINS,
      limit: (c) => limit(c, 'read', maybeViewerOf(c) ?? null),
    })
  if (!web) app.get('/', (c) => c.redirect('/docs'))

  const swapPersonalToken = createTokenSwap({ upstreams: deps.upstreams, limit: (c) => limit(c, 'read', null) })

  app.all('*', swapPersonalToken, identify, async (c) => {
    const found = table.match(c.req.method, c.req.path)
    if (!found) {
      const page = await web?.answer(c)
      if (page) return page
    }
    if (!found || 'allowed' in found) c.set('unrouted', true)
    if (!found) throw problem(404, 'request.route_not_found', 'There is no such route.')
    if ('allowed' in found) {
      const allow = found.allowed.join(', ')
      throw problem(405, 'request.method_not_allowed', `This path takes ${allow}.`, { headers: { allow } })
    }
    const { route } = found
    c.set('routeLabel', route.template)
    if (!isPercentEncodedUtf8(c.req.url)) {
      throw problem(400, 'request.malformed_url', 'The URL is not percent-encoded UTF-8.')
    }
    const viewer = maybeViewerOf(c) ?? null
    const [ended, limited] = await Promise.all([
      viewer ? deps.hasEnded(viewer.sessionId) : false,
      limit(c, limitOf(route), viewer),
    ])
    if (ended) {
      throw problem(401, 'auth.session_ended', 'This session has ended. Sign in again.', {
        headers: {
          'www-authenticate': 'Bearer realm="daguerre", error="invalid_token", error_description="auth.session_ended"',
        },
      })
    }
    const answer = await proxy(proxyDeps, c, { route, viewer, address: addressOf(c) })
    if (limited) for (const [name, value] of Object.entries(rateLimitHeaders(limited))) answer.headers.set(name, value)
    return answer
  })
  return app
}

/** Whose request it is. Where applications authenticate themselves, what is no bearer's is their secret (RFC 6749 §2.3.1) and says nothing of a person. */
const identify = createMiddleware<KitEnv>(async (c, next) => {
  const isClient = c.req.path.startsWith('/api/v1/oauth/') && /^basic /i.test(c.req.header('authorization') ?? '')
  return isClient ? next() : optionalViewer(c, next)
})

// Frameworks pass on what they cannot decode as it is, so that a service would take it for a text that somebody typed.
function isPercentEncodedUtf8(url: string): boolean {
  if (!url.includes('%')) return true
  try {
    decodeURIComponent(url)
    return true
  } catch {
    return false
  }
}

function limitOf(route: Route) {
  if (route.rateLimit && isRateLimitName(route.rateLimit)) return route.rateLimit
  return route.method === 'GET' ? 'read' : 'write'
}
