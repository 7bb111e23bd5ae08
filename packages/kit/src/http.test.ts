import { expect, test, vi } from 'vitest'
import { NeighbourError } from './neighbour.ts'
import { currentContext } from './context.ts'
import {
  anyone,
  created,
  createHttpApp,
  createRoute,
  createRouter,
  degrade,
  deprecated,
  emOf,
  type HttpDeps,
  maybeViewerOf,
  signedIn,
  startDraining,
  viewerOf,
  withScope,
  z,
} from './http.ts'
import { createLogger, silentLogger } from './log.ts'
import { conflict, notFound } from './problem.ts'
import { asSidecar, testConfig, testTokens, testViewer } from './testing.ts'

const config = testConfig()
const tokens = await testTokens()
const viewer = testViewer()
const json = { 'content-type': 'application/json' }

const Note = z.strictObject({
  text: z.string().max(5),
  media: z.array(z.strictObject({ 'alt/Text~': z.string() })).optional(),
})
const response = { 200: { description: 'ok', content: { 'application/json': { schema: z.any() } } } }

function createApp(overrides: Partial<HttpDeps> = {}) {
  const app = createHttpApp({ config, log: silentLogger(), verifier: tokens.verifier, ...overrides })
  const part = createRouter()
  part.openapi(
    createRoute({
      method: 'post',
      path: '/notes/{id}',
      request: {
        params: z.object({ id: z.uuid() }),
        query: z.strictObject({ limit: z.string().regex(/^\d+$/).optional() }),
        body: { content: { 'application/json': { schema: Note } } },
      },
      responses: { 201: { description: 'ok', content: { 'application/json': { schema: z.any() } } } },
    }),
    (c) => created(c, { text: c.req.valid('json').text }, `/notes/${c.req.valid('param').id}`),
  )
  app.route('/', part)
  const forPeople = createRouter({ read: 'read', write: 'post' })
  forPeople.openapi(createRoute({ method: 'get', path: '/mine', ...signedIn, responses: response }), (c) =>
    c.json(viewerOf(c), 200),
  )
  forPeople.openapi(createRoute({ method: 'put', path: '/mine', ...signedIn, responses: response }), (c) =>
    c.json({}, 200),
  )
  forPeople.openapi(
    createRoute({ method: 'get', path: '/all', ...signedIn, ...withScope('admin'), responses: response }),
    (c) => c.json({}, 200),
  )
  forPeople.openapi(
    createRoute({ method: 'put', path: '/all', ...signedIn, ...withScope('account', 'admin'), responses: response }),
    (c) => c.json({}, 200),
  )
  forPeople.openapi(createRoute({ method: 'get', path: '/public', ...anyone, responses: response }), (c) => {
    degrade(c, 'user')
    degrade(c, 'interaction')
    return c.json({ viewer: maybeViewerOf(c)?.id ?? null, ...currentContext() }, 200)
  })
  app.route('/', forPeople)
  app.get('/old', deprecated('/new', new Date('2026-01-01T00:00:00Z')), (c) => c.text('old'))
  app.get('/fails', () => {
    throw new Error('password=hunter2 at /srv/app')
  })
  app.get('/gone', () => {
    throw notFound('note.not_found')
  })
  app.get('/taken', () => {
    throw conflict('note.taken', 'Taken.')
  })
  app.get('/neighbour', () => {
    throw new NeighbourError('user', 0, 'no answer hunter2')
  })
  app.get('/store', () => {
    throw Object.assign(new Error('connect hunter2'), { code: 'ECONNREFUSED' })
  })
  app.get('/deadlock', () => {
    throw new Error('hunter2', { cause: Object.assign(new Error('deadlock detected'), { code: '40P01' }) })
  })
  app.post('/internal/x', (c) => c.json({}))
  return app
}

const app = createApp()
const noteUrl = '/notes/0199a0c4-7e00-7000-8000-000000000001'

async function problemOf(answer: Response | Promise<Response>) {
  const received = await answer
  expect(received.headers.get('content-type')).toBe('application/problem+json')
  return (await received.json()) as Record<string, unknown> & { errors: Record<string, unknown>[] }
}

test('a valid request is answered with Location and request id', async () => {
  const answer = await app.request(noteUrl, { method: 'POST', headers: json, body: '{"text":"hi"}' })
  expect(answer.status).toBe(201)
  expect(answer.headers.get('location')).toBe(noteUrl)
  expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
})

test('invalid bodies are 422 with JSON pointers, unknown fields included', async () => {
  const body = JSON.stringify({ text: 'too long', media: [{ 'alt/Text~': 1 }], extra: 1 })
  const shown = await problemOf(app.request(noteUrl, { method: 'POST', headers: json, body }))
  expect(shown).toMatchObject({
    type: 'http://localhost:8080/problems/request.invalid',
    title: 'Unprocessable Entity',
    status: 422,
    code: 'request.invalid',
    instance: noteUrl,
  })
  expect(shown['requestId']).toEqual(expect.any(String))
  expect(shown.errors.map((error) => error['pointer'])).toEqual(['#/text', '#/media/0/alt~1Text~0', '#/extra'])
})

test('invalid path and query parameters are named', async () => {
  const path = await problemOf(app.request('/notes/nope', { method: 'POST', headers: json, body: '{"text":"a"}' }))
  expect(path).toMatchObject({ status: 422, errors: [{ parameter: 'id' }] })
  const query = await problemOf(
    app.request(`${noteUrl}?limit=x&who=1`, { method: 'POST', headers: json, body: '{"text":"a"}' }),
  )
  expect(query.errors.map((error) => error['parameter'])).toEqual(['limit', 'who'])
})

test('malformed JSON, a wrong or missing content type, and a missing body have their own codes', async () => {
  const cases: [RequestInit, number, string][] = [
    [{ headers: json, body: '{"text":' }, 400, 'request.malformed_json'],
    [{ headers: json, body: '' }, 400, 'request.malformed_json'],
    [{ headers: { 'content-type': 'text/plain' }, body: '{"text":"a"}' }, 415, 'request.unsupported_media_type'],
    [{ headers: { 'content-type': 'application/xml' }, body: '<a/>' }, 415, 'request.unsupported_media_type'],
    [{}, 422, 'request.invalid'],
    [{ headers: json, body: 'null' }, 422, 'request.invalid'],
    [{ headers: json, body: '[]' }, 422, 'request.invalid'],
  ]
  for (const [init, status, code] of cases) {
    expect(await problemOf(app.request(noteUrl, { method: 'POST', ...init }))).toMatchObject({
      status,
      code,
    })
  }
})

test('a body over the limit is 413, with or without its length said before', async () => {
  const small = createApp({ bodyLimitBytes: (_, path) => (path.startsWith('/notes') ? 100 : 10) })
  const body = JSON.stringify({ text: 'x'.repeat(200) })
  const said = small.request(noteUrl, {
    method: 'POST',
    headers: { ...json, 'content-length': String(body.length) },
    body,
  })
  expect(await problemOf(said)).toMatchObject({ status: 413, code: 'request.too_large' })
  const stream = new Blob([body]).stream()
  const streamed = small.request(noteUrl, {
    method: 'POST',
    headers: json,
    body: stream,
    duplex: 'half',
  })
  expect(await problemOf(streamed)).toMatchObject({ status: 413, code: 'request.too_large' })
})

test('unknown routes are 404 and wrong methods 405 with Allow', async () => {
  expect(await problemOf(app.request('/nope'))).toMatchObject({ status: 404, code: 'request.route_not_found' })
  const wrong = await app.request('/mine', { method: 'DELETE' })
  expect(wrong.headers.get('allow')).toContain('GET')
  expect(await problemOf(wrong)).toMatchObject({ status: 405, code: 'request.method_not_allowed' })
})

test('what a handler throws is shown as a problem; of 5xx nothing of the exception', async () => {
  expect(await problemOf(app.request('/gone'))).toMatchObject({ status: 404, code: 'note.not_found' })
  expect(await problemOf(app.request('/taken'))).toMatchObject({ status: 409, code: 'note.taken', detail: 'Taken.' })
  for (const [path, status, code] of [
    ['/fails', 500, 'service.failed'],
    ['/neighbour', 503, 'service.unavailable'],
    ['/store', 503, 'service.unavailable'],
    ['/deadlock', 503, 'service.unavailable'],
  ] as const) {
    const shown = await problemOf(app.request(path))
    expect(shown).toMatchObject({ status, code })
    expect(JSON.stringify(shown)).not.toMatch(/hunter2|srv|stack/)
  }
})

test('signedIn takes a valid token and tells missing, invalid and expired apart', async () => {
  const good = await app.request('/mine', { headers: await tokens.headersFor(viewer) })
  expect(await good.json()).toEqual(viewer)
  const cases: [Record<string, string>, string][] = [
    [{}, 'auth.token_missing'],
    [{ authorization: 'Basic eDp5' }, 'auth.token_invalid'],
    [{ authorization: 'Bearer ' }, 'auth.token_invalid'],
    [{ authorization: 'Bearer a.b.c' }, 'auth.token_invalid'],
    [await tokens.headersFor(viewer, { expiresInSeconds: -60 }), 'auth.token_expired'],
  ]
  for (const [headers, code] of cases) {
    const answer = await app.request('/mine', { headers })
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm=/)
    expect(await problemOf(answer)).toMatchObject({ status: 401, code })
  }
})

test('anyone takes none or a valid token, and refuses a bad one', async () => {
  expect(await (await app.request('/public')).json()).toMatchObject({ viewer: null })
  const answer = await app.request('/public', { headers: await tokens.headersFor(viewer) })
  expect(await answer.json()).toMatchObject({ viewer: viewer.id })
  expect(answer.headers.get('daguerre-degraded')).toBe('interaction, user')
  expect((await app.request('/public', { headers: { authorization: 'Bearer x' } })).status).toBe(401)
})

test('a token is good for what its scope names, and one without for what everybody may', async () => {
  async function ask(method: string, path: string, scopes?: string[]) {
    const headers = await tokens.headersFor({ ...viewer, ...(scopes && { scopes }) })
    return app.request(path, { method, headers })
  }
  for (const scopes of [undefined, ['read', 'post']]) {
    expect((await ask('GET', '/mine', scopes)).status).toBe(200)
    expect((await ask('PUT', '/mine', scopes)).status).toBe(200)
  }
  for (const [method, path, scope, scopes] of [
    ['PUT', '/mine', 'post', ['read']],
    ['GET', '/mine', 'read', ['post']],
    ['GET', '/public', 'read', ['post']],
    ['GET', '/all', 'admin', undefined],
    ['GET', '/all', 'admin', ['read', 'post', 'moderate']],
    ['GET', '/all', 'admin', ['administrate', 'Admin', '']],
    ['PUT', '/all', 'admin', undefined],
    ['PUT', '/all', 'account', ['read', 'admin']],
  ] as const) {
    const answer = await ask(method, path, scopes && [...scopes])
    expect(answer.status).toBe(403)
    expect(answer.headers.get('www-authenticate')).toBe(
      `Bearer realm="daguerre", error="insufficient_scope", error_description="auth.scope_missing", scope="${scope}"`,
    )
    const detail = expect.stringContaining(`"${scope}"`) as string
    expect(await problemOf(answer)).toMatchObject({ code: 'auth.scope_missing', detail })
  }
  expect((await ask('GET', '/all', ['admin'])).status).toBe(200)
  expect((await ask('PUT', '/all', ['admin', 'account'])).status).toBe(200)
})

test('a route says which scope it needs, and one for who is signed in that has none cannot be made', () => {
  const { paths } = app.getOpenAPI31Document({ openapi: '3.1.0', info: { title: '', version: '' } })
  expect(paths!['/mine']).toMatchObject({
    get: { security: [{ bearer: ['read'] }] },
    put: { security: [{ bearer: ['post'] }] },
  })
  expect(paths!['/all']!.get!.security).toEqual([{ bearer: ['admin'] }])
  expect(paths!['/public']!.get!.security).toEqual([{ bearer: ['read'] }, {}])
  const route = createRoute({ method: 'post', path: '/forgotten', ...signedIn, responses: response })
  expect(() => createRouter({ read: 'read' }).openapi(route, (c) => c.json({}, 200))).toThrow(/POST \/forgotten/)
})

test('internal prefixes take only the sidecar', async () => {
  async function post(headers: Record<string, string>): Promise<Response> {
    return app.request('/internal/x', { method: 'POST', headers })
  }
  expect((await post(asSidecar())).status).toBe(200)
  expect((await post({})).status).toBe(401)
  expect((await post({ 'dapr-api-token': 'test-app-api-tokeN' })).status).toBe(401)
  expect((await app.request('/internal/none')).status).toBe(401)
  expect((await app.request('/dapr/subscribe')).status).toBe(401)
})

test('request id and trace of the caller are taken on; senseless ones are not', async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const known = await app.request('/public', { headers: { 'x-request-id': 'abc-12345', traceparent } })
  expect(known.headers.get('x-request-id')).toBe('abc-12345')
  const body = (await known.json()) as { span: { traceId: string; spanId: string } }
  expect(body.span.traceId).toBe('0af7651916cd43dd8448eb211c80319c')
  expect(body.span.spanId).not.toBe('b7ad6b7169203331')
  const senseless = await app.request('/public', { headers: { 'x-request-id': 'a b\u00e4', traceparent: '00-0-0-01' } })
  expect(senseless.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
})

test('a deprecated route says so and names its successor', async () => {
  const answer = await app.request('/old')
  expect(answer.headers.get('deprecation')).toBe('@1767225600')
  expect(answer.headers.get('link')).toBe('</new>; rel="successor-version"')
})

test('readiness names its checks, fails with one of them, and ends with draining', async () => {
  let fails = false
  const draining = createApp({
    checks: {
      store: async () => {
        if (fails) throw new Error('down')
      },
    },
  })
  const ready = await draining.request('/readyz')
  expect(ready.status).toBe(200)
  expect(await ready.json()).toMatchObject({ status: 'ready', checks: { store: { ok: true } } })
  fails = true
  const waiting = await draining.request('/readyz')
  expect(waiting.status).toBe(503)
  expect(await waiting.json()).toMatchObject({ checks: { store: { ok: false, reason: 'failed' } } })
  fails = false
  startDraining(draining)
  const last = await draining.request('/readyz')
  expect(last.status).toBe(503)
  expect(await last.json()).toMatchObject({ status: 'draining' })
  expect((await draining.request('/healthz')).status).toBe(200)
})

test('one log line a request, with route template and without query', async () => {
  const lines: string[] = []
  const logged = createApp({ log: createLogger({ service: 'x' }, { write: (line: string) => void lines.push(line) }) })
  await logged.request(`${noteUrl}?limit=1`, {
    method: 'POST',
    headers: { ...json, 'x-request-id': 'req-00001' },
    body: '{"text":"a"}',
  })
  expect(lines).toHaveLength(1)
  expect(JSON.parse(lines[0]!)).toMatchObject({
    method: 'POST',
    route: '/notes/:id',
    path: noteUrl,
    status: 201,
    requestId: 'req-00001',
  })
  const metrics = await (await logged.request('/metrics')).text()
  expect(metrics).toMatch(/http_requests_total\{.*method="POST",route="\/notes\/:id",status="201".*\} \d/)
})

test('a request has one EntityManager, made when first asked for', async () => {
  const forkEm = vi.fn(() => ({}) as never)
  const withEm = createApp({ forkEm })
  withEm.get('/em', (c) => c.json({ same: emOf(c) === emOf(c) }))
  await withEm.request('/public')
  expect(forkEm).not.toHaveBeenCalled()
  expect(await (await withEm.request('/em')).json()).toEqual({ same: true })
  expect(forkEm).toHaveBeenCalledTimes(1)
})
