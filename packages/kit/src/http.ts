import { randomUUID, timingSafeEqual } from 'node:crypto'
import { RequestError } from '@hono/node-server'
import { $, OpenAPIHono } from '@hono/zod-openapi'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { createMiddleware } from 'hono/factory'
import { HTTPException } from 'hono/http-exception'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { routePath } from 'hono/route'
import type { ZodError } from 'zod'
import type { BaseConfig } from './config.ts'
import { currentContext, runInContext } from './context.ts'
import type { Logger } from './log.ts'
import { counter, gauge, histogram, renderMetrics } from './metrics.ts'
import { NeighbourError } from './neighbour.ts'
import { type FieldError, invalid, jsonPointer, Problem, problem, toProblemResponse } from './problem.ts'
import { startSpan } from './telemetry.ts'
import { TokenError, type TokenVerifier, type Viewer } from './tokens.ts'
import { reasonOf, type Trouble, waitingFor } from './trouble.ts'

export { createRoute, z } from '@hono/zod-openapi'
export type { Viewer } from './tokens.ts'

/** Checks of a store or of the sidecar: resolve when it can be reached, throw when not. */
export type ReadinessChecks = Record<string, () => Promise<unknown>>

export type HttpDeps = {
  config: Pick<BaseConfig, 'APP_ID' | 'APP_API_TOKEN' | 'PUBLIC_URL' | 'SECRET_KEY' | 'SECRET_KEY_PREVIOUS'>
  log: Logger
  /** Needed where routes spread `signedIn` or `anyone`. */
  verifier?: TokenVerifier
  /** Makes the EntityManager of a request, when it first asks for it: `() => orm.em.fork()`. */
  forkEm?: () => EntityManager
  /** What `/readyz` asks, by name; each may take a second. */
  checks?: ReadinessChecks
  /** Largest body in bytes, or a function of the request: `Number.POSITIVE_INFINITY` for what is streamed. 1 MB by default. */
  bodyLimitBytes?: number | ((method: string, path: string) => number)
  /** Path prefixes that only the sidecar may call; `/internal`, `/dapr` and `/events` by default. */
  internalPrefixes?: string[]
  /** Middleware for every request, mounted before any route: `(app) => app.use(cors(…))`. */
  setUp?: (app: OpenAPIHono<KitEnv>) => void
}

export type KitEnv = {
  Variables: {
    kit: HttpDeps
    requestId: string
    viewer: Viewer | undefined
    /** What a token must be good for here, by the route's `security`. */
    scopes: readonly string[] | undefined
    /** Use `emOf(c)`. Middleware may set it to the EntityManager of a transaction. */
    em: EntityManager | undefined
    degraded: Set<string> | undefined
    unrouted: boolean | undefined
    /** Path template for logs and metrics where the matched one says nothing, as in a proxy. */
    routeLabel: string | undefined
  }
}

const labels = ['method', 'route', 'status'] as const
const defaultBodyLimitBytes = 1_000_000
const draining = new WeakSet<object>()

/** From now on `/readyz` of this app answers 503, so that no new requests are sent here. */
export function startDraining(app: object): void {
  draining.add(app)
}

/**
 * An OpenAPIHono app with what every service needs: request id and trace, one log line and RED metrics a request,
 * problem details for every error, body limit, `/healthz`, `/readyz`, `/metrics`, and internal prefixes that only the
 * sidecar may call. Routes are added with `app.openapi(createRoute({ …, ...signedIn }), handler)`.
 */
export function createHttpApp(deps: HttpDeps): OpenAPIHono<KitEnv> {
  const app = createRouter()
  const { PUBLIC_URL: publicUrl } = deps.config

  app.use(observe(deps))
  deps.setUp?.(app)
  app.use(methodNotAllowed({ app, onMethodNotAllowed }))
  app.use(limitBody(deps.bodyLimitBytes ?? defaultBodyLimitBytes))
  for (const prefix of deps.internalPrefixes ?? ['/internal', '/dapr', '/events']) {
    app.use(`${prefix}/*`, internalOnly)
  }

  app.get('/healthz', (c) => c.json({ status: 'alive' }))
  const checks = Object.entries(deps.checks ?? {}).map(([name, check]) => ({
    name,
    check,
    trouble: waitingFor(name, deps.log),
  }))
  app.get('/readyz', (c) => readiness(c, draining.has(app), checks))
  app.get('/metrics', async (c) => {
    const { text, contentType } = await renderMetrics()
    return c.body(text, 200, { 'content-type': contentType })
  })

  app.notFound((c) => {
    c.set('unrouted', true)
    return toProblemResponse(c, problem(404, 'request.route_not_found', 'There is no such route.'), publicUrl)
  })
  app.onError((error, c) => {
    const shown = asProblem(error)
    if (shown.status >= 500) deps.log.error({ err: error, path: c.req.path }, 'request failed')
    return toProblemResponse(c, shown, publicUrl)
  })
  return app

  function onMethodNotAllowed(c: Context, methods: string[]): Response {
    c.set('unrouted', true)
    const allow = methods.join(', ')
    return toProblemResponse(
      c,
      problem(405, 'request.method_not_allowed', `This path takes ${allow}.`, { headers: { allow } }),
      publicUrl,
    )
  }
}

/** What tokens must be good for where a route names nothing itself. */
export type DefaultScopes = {
  /** For GET. */
  read?: string
  /** For all else. */
  write?: string
}

/**
 * A part of an app, to be mounted with `app.route('/', router)`: validates as the app does. A JSON body is required
 * unless the route says `required: false`; without that, zod-openapi lets a request without content type pass unseen.
 * @throws Error at a route for who is signed in that has no scope, neither by itself (`withScope`) nor by default
 */
export function createRouter(defaults: DefaultScopes = {}): OpenAPIHono<KitEnv> {
  const router = new OpenAPIHono<KitEnv>({
    defaultHook: (result) => {
      if (!result.success) throw invalid(fieldErrors(result.target, result.error))
    },
  })
  const register = router.openapi
  router.openapi = ((route: Parameters<typeof register>[0], ...rest: [never]) => {
    const body = route.request?.body
    const required = body && body.required === undefined ? { body: { ...body, required: true } } : {}
    const described = { ...route, ...(route.request && { request: { ...route.request, ...required } }) }
    return register(scoped(described, defaults), ...rest)
  }) as typeof register
  return router
}

type RouteConfig = Parameters<OpenAPIHono<KitEnv>['openapi']>[0]

function scoped(route: RouteConfig, defaults: DefaultScopes): RouteConfig {
  const named = route.security?.find((requirement) => 'bearer' in requirement)?.['bearer']
  if (!named) return route
  const usual = route.method === 'get' ? defaults.read : defaults.write
  const scopes = named.length > 0 || usual === undefined ? named : [usual]
  if (scopes.length === 0) throw new Error(`${route.method.toUpperCase()} ${route.path} names no scope`)
  const needScope = createMiddleware<KitEnv>(async (c, next) => {
    c.set('scopes', scopes)
    await next()
  })
  return {
    ...route,
    security: route.security!.map((requirement) => ('bearer' in requirement ? { bearer: scopes } : requirement)),
    middleware: [needScope, ...[route.middleware ?? []].flat()],
  }
}

/** Restores the OpenAPIHono type after chained `use`, `get` and so on. */
export { $ as asOpenApi }

function fieldErrors(target: string, error: ZodError): FieldError[] {
  const inBody = target === 'json' || target === 'form'
  return error.issues.slice(0, 50).flatMap((issue) => {
    const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path]
    const detail = issue.code === 'unrecognized_keys' ? 'is not known here' : issue.message
    return paths.map((path) => ({
      ...(inBody ? { pointer: jsonPointer(path) } : { parameter: String(path[0] ?? '') }),
      detail,
      code: issue.code,
    }))
  })
}

/** The problem that any thrown thing is shown as. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof RequestError) {
    return problem(400, 'request.malformed', 'The Host header or the path of the request is not valid.')
  }
  if (error instanceof HTTPException) {
    if (error.status === 400 && /JSON/.test(error.message)) {
      return problem(400, 'request.malformed_json', 'The body is not JSON.')
    }
    if (error.status === 400) return problem(400, 'request.malformed', 'The request cannot be read.')
    if (error.status === 413) return problem(413, 'request.too_large', 'The body is too large.')
    if (error.status === 415) {
      return problem(415, 'request.unsupported_media_type', 'This route does not take this content type.')
    }
    if (error.status < 500) return problem(error.status, 'request.refused', 'The request cannot be served.')
  }
  if (error instanceof NeighbourError || isWorthAnotherTry(error)) {
    return problem(503, 'service.unavailable', 'A part that is needed does not answer. Try again.', {
      headers: { 'retry-after': '1' },
    })
  }
  return problem(500, 'service.failed', 'Something went wrong here. The request id helps to find out what.')
}

// Connection trouble, as sockets, PostgreSQL (class 08, 53, 57P) and MongoDB's driver name it; wrapped by some drivers. And what PostgreSQL rolled back for
// the sake of others (class 40: a deadlock), which is well the next time.
function isWorthAnotherTry(error: unknown): boolean {
  for (let current = error, depth = 0; current instanceof Error && depth < 4; current = current.cause, depth += 1) {
    const code = (current as { code?: unknown }).code
    if (
      typeof code === 'string' &&
      /^(ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|08\w{3}|40\w{3}|53\w{3}|57P\w{2})$/.test(code)
    ) {
      return true
    }
    if (/^Mongo(ServerSelection|TopologyClosed|NotConnected|Network\w*)Error$/.test(current.name)) return true
    if (/^(timeout exceeded when trying to connect|Connection terminated)/.test(current.message)) return true
  }
  return false
}

function observe(deps: HttpDeps): MiddlewareHandler<KitEnv> {
  const requests = counter('http_requests_total', 'Requests answered', labels)
  const duration = histogram('http_request_duration_seconds', 'Time to answer', ['method', 'route'])
  const active = gauge('http_requests_active', 'Requests in work')

  return async function observe(c, next) {
    const given = c.req.header('x-request-id')
    const requestId = given !== undefined && /^[\w.-]{8,128}$/.test(given) ? given : randomUUID()
    c.set('requestId', requestId)
    c.set('kit', deps)
    // An invalid traceparent must not be taken for "no parent given": '' starts a trace of its own.
    const span = startSpan(c.req.method, { kind: 'server', traceparent: c.req.header('traceparent') ?? '' })
    const startedAt = performance.now()
    active.inc()
    try {
      await runInContext({ requestId, span: span.context }, async () => {
        await next()
        c.res.headers.set('x-request-id', requestId)
        const degraded = c.get('degraded')
        if (degraded) c.res.headers.set('daguerre-degraded', [...degraded].toSorted().join(', '))
        finish(c.res.status)
      })
    } catch (error) {
      await runInContext({ requestId, span: span.context }, async () => finish(500, error))
      throw error
    } finally {
      active.dec()
    }

    function finish(status: number, error?: unknown): void {
      const seconds = (performance.now() - startedAt) / 1000
      const route = c.get('routeLabel') ?? (c.get('unrouted') ? 'unmatched' : routePath(c, -1))
      const { method } = c.req
      requests.inc({ method, route, status: String(status) })
      duration.observe({ method, route }, seconds)
      span.setName(`${method} ${route}`)
      span.setAttributes({
        'http.request.method': method,
        'http.route': route,
        'http.response.status_code': status,
        'url.path': c.req.path,
      })
      span.end(status >= 500 ? (error ?? c.error ?? new Error(`status ${status}`)) : undefined)
      const quiet = route === '/healthz' || route === '/readyz' || route === '/metrics'
      deps.log[quiet ? 'debug' : status >= 500 ? 'error' : 'info'](
        {
          method,
          route,
          path: c.req.path,
          status,
          durationMs: Math.round(seconds * 100_000) / 100,
          viewerId: c.get('viewer')?.id,
        },
        'request',
      )
    }
  }
}

function limitBody(limit: NonNullable<HttpDeps['bodyLimitBytes']>): MiddlewareHandler<KitEnv> {
  return async function limitBody(c, next) {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return next()
    const bytes = typeof limit === 'number' ? limit : limit(c.req.method, c.req.path)
    if (bytes === Number.POSITIVE_INFINITY) return next()
    const length = c.req.header('content-length')
    if (length !== undefined && c.req.header('transfer-encoding') === undefined) {
      // Node has checked that the body is exactly that long.
      if (Number(length) > bytes) throw tooLarge(bytes)
      return next()
    }
    return bodyLimit({
      maxSize: bytes,
      onError: () => {
        throw tooLarge(bytes)
      },
    })(c, next)
  }
}

function tooLarge(bytes: number): Problem {
  return problem(413, 'request.too_large', `The body may have at most ${bytes} bytes.`, {
    headers: { connection: 'close' },
  })
}

/** Lets only the own sidecar pass (header `dapr-api-token` = APP_API_TOKEN). Mounted on the internal prefixes by default. */
export const internalOnly: MiddlewareHandler<KitEnv> = createMiddleware<KitEnv>(async (c, next) => {
  const given = Buffer.from(c.req.header('dapr-api-token') ?? '')
  const wanted = Buffer.from(c.get('kit').config.APP_API_TOKEN)
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
    throw problem(401, 'internal.unauthorized', 'Only the sidecar may call this.')
  }
  await next()
})

async function identify(c: Context<KitEnv>, required: boolean): Promise<void> {
  const header = c.req.header('authorization')
  if (header === undefined || header === '') {
    if (!required) return
    throw unauthorized('auth.token_missing', 'Sign in to do this.', '')
  }
  const token = /^bearer +([\w~+/.-]+=*) *$/i.exec(header)?.[1]
  if (token === undefined) throw unauthorized('auth.token_invalid', 'The access token is not valid.', 'invalid_token')
  const { verifier } = c.get('kit')
  if (!verifier) throw new Error('createHttpApp was given no verifier')
  try {
    const viewer = await verifier.verify(token)
    const missing = c.get('scopes')?.find((scope) => !viewer.scopes.includes(scope))
    if (missing !== undefined) throw scopeMissing(missing)
    c.set('viewer', viewer)
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    throw error.reason === 'expired'
      ? unauthorized('auth.token_expired', 'The access token has expired.', 'invalid_token')
      : unauthorized('auth.token_invalid', 'The access token is not valid.', 'invalid_token')
  }
}

// The challenge is RFC 6750 §3: no error attribute when no token was sent.
function unauthorized(code: string, detail: string, error: string): Problem {
  const challenge = `Bearer realm="daguerre"${error && `, error="${error}", error_description="${code}"`}`
  return problem(401, code, detail, { headers: { 'www-authenticate': challenge } })
}

// RFC 6750 §3.1.
function scopeMissing(scope: string): Problem {
  return problem(403, 'auth.scope_missing', `This needs a token with the scope "${scope}".`, {
    headers: {
      'www-authenticate': `Bearer realm="daguerre", error="insufficient_scope", error_description="auth.scope_missing", scope="${scope}"`,
    },
  })
}

/** 401 unless a valid access token is sent, 403 if that is not for this. */
export const requireViewer: MiddlewareHandler<KitEnv> = createMiddleware<KitEnv>(async (c, next) => {
  await identify(c, true)
  await next()
})

/** Takes an access token if one is sent, which must then be valid and for this. */
export const optionalViewer: MiddlewareHandler<KitEnv> = createMiddleware<KitEnv>(async (c, next) => {
  await identify(c, false)
  await next()
})

type Guard = { middleware: MiddlewareHandler<KitEnv>[]; security: Record<string, string[]>[] }

/** Spread into `createRoute`: only for who is signed in, with the router's scope. OpenAPI needs the security scheme `bearer`. */
export const signedIn: Guard = { middleware: [requireViewer], security: [{ bearer: [] }] }

/** Spread after `signedIn` and its like: the route needs this scope, or all of these, in place of the router's. */
export function withScope(...scopes: [string, ...string[]]): Pick<Guard, 'security'> {
  return { security: [{ bearer: scopes }] }
}

/** Spread into `createRoute`: for everybody, and `maybeViewerOf(c)` knows who it is. */
export const anyone: Guard = { middleware: [optionalViewer], security: [{ bearer: [] }, {}] }

/** Who sends the request. @throws Error if the route is not `signedIn` */
export function viewerOf(c: Context): Viewer {
  const viewer = (c as Context<KitEnv>).get('viewer')
  if (!viewer) throw new Error(`${c.req.path}: the route does not require a viewer`)
  return viewer
}

/** Who sends the request, if somebody is signed in. */
export function maybeViewerOf(c: Context): Viewer | undefined {
  return (c as Context<KitEnv>).get('viewer')
}

/** The EntityManager of this request; inside `idempotent` that of its transaction. */
export function emOf(c: Context): EntityManager {
  const context = c as Context<KitEnv>
  const present = context.get('em')
  if (present) return present
  const fork = context.get('kit').forkEm
  if (!fork) throw new Error('createHttpApp was given no forkEm')
  const em = fork()
  context.set('em', em)
  return em
}

/** Says that the answer lacks what `name` would have given: the header `Daguerre-Degraded` names all of them. */
export function degrade(c: Context, name: string): void {
  const context = c as Context<KitEnv>
  const names = context.get('degraded') ?? new Set()
  names.add(name)
  context.set('degraded', names)
}

/**
 * Marks a route as deprecated: `Deprecation` (RFC 9745), and `Link` to its successor (RFC 5829).
 * @param successor path that is used in place of it
 * @param since day since which it is deprecated
 */
export function deprecated(
  successor: string,
  since: Date = new Date('2026-01-01T00:00:00Z'),
): MiddlewareHandler<KitEnv> {
  return createMiddleware<KitEnv>(async (c, next) => {
    await next()
    c.res.headers.set('deprecation', `@${Math.floor(since.getTime() / 1000)}`)
    c.res.headers.append('link', `<${successor}>; rel="successor-version"`)
  })
}

/** 201 with the thing that was made and where it is. */
export function created<T extends object>(c: Context, body: T, location: string) {
  return c.json(body, 201, { location })
}

type WatchedCheck = { name: string; check: () => Promise<unknown>; trouble: Trouble }

async function readiness(c: Context, isDraining: boolean, checks: WatchedCheck[]): Promise<Response> {
  const results = await Promise.all(
    checks.map(async ({ name, check, trouble }) => {
      const startedAt = performance.now()
      let timer: NodeJS.Timeout | undefined
      const timeout = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error('timed out')), 1000)
      })
      try {
        await Promise.race([check(), timeout])
        trouble.worked()
        return [name, { ok: true, ms: Math.round(performance.now() - startedAt) }] as const
      } catch (error) {
        trouble.failed(error)
        const ms = Math.round(performance.now() - startedAt)
        return [name, { ok: false, reason: reasonOf(error), ms }] as const
      } finally {
        clearTimeout(timer)
      }
    }),
  )
  const ready = !isDraining && results.every(([, result]) => result.ok)
  const status = isDraining ? 'draining' : ready ? 'ready' : 'not ready'
  return c.json({ status, checks: Object.fromEntries(results) }, ready ? 200 : 503)
}

/** Request id of the work that calls, for whoever builds answers outside of a handler. */
export function currentRequestId(): string | undefined {
  return currentContext()?.requestId
}
