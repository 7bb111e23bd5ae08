import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, test } from 'vitest'
import { system } from '../../setup/system.ts'
import { api } from '../support/api.ts'
import { document, operations } from '../support/description.ts'

const undescribed = { described: false }

describe('the OpenAPI document', () => {
  test('is served as it is kept, with the server that serves it, and can be had conditionally', async () => {
    const answer = await api().get<{ servers: unknown }>('/api/v1/openapi.json', undescribed)
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({ ...document, servers: [{ url: expect.stringMatching(/^http:\/\/localhost:\d+$/) }] })
    const etag = answer.headers.get('etag') ?? ''
    const again = await api().get('/api/v1/openapi.json', { described: false, headers: { 'if-none-match': etag } })
    expect(again).toMatchObject({ status: 304, body: undefined })
  })

  test('is a valid OpenAPI 3.1 document', async () => {
    const validator = new Validator()
    const { valid, errors } = await validator.validate(structuredClone(document) as never)
    expect(errors).toBeUndefined()
    expect(valid).toBe(true)
    expect(validator.version).toBe('3.1')
  })

  test('tells of every operation what it is for and has one id for each', () => {
    const ids = operations.map(({ operationId }) => operationId)
    expect(new Set(ids).size).toBe(operations.length)
    expect(operations.filter((operation) => !('summary' in operation)).map(({ path }) => path)).toEqual([])
  })

  test('describes everything that people can do', () => {
    const described = operations.filter(({ deprecated }) => !deprecated).map(({ method, path }) => `${method} ${path}`)
    expect(described).toEqual(expect.arrayContaining(promised))
  })

  test('marks the paths of earlier systems, and nothing else, as deprecated', () => {
    const deprecated = operations.filter(({ deprecated: marked }) => marked).map(({ path }) => path)
    expect(deprecated.filter((path) => path.startsWith('/api/'))).toEqual([])
    const others = operations.filter(({ deprecated: marked, path }) => !marked && !path.startsWith('/api/v1/'))
    expect(others.map(({ path }) => path)).toEqual([
      '/.well-known/jwks.json',
      '/.well-known/oauth-authorization-server',
      '/media/{id}/{file}',
    ])
  })
})

describe('the documentation', () => {
  test('works offline: every asset of /docs comes from this server', async () => {
    const page = await fetch(`${system.url}/docs`)
    const html = await page.text()
    expect(page.status).toBe(200)
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'/)
    const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? '')
    expect(links.length).toBeGreaterThan(3)
    for (const link of links) {
      expect(link).toMatch(/^\/(?!\/)/)
      const asset = await fetch(`${system.url}${link}`)
      expect([link, asset.status]).toEqual([link, 200])
      const text = await asset.text()
      if (link.endsWith('.css')) expect(text).not.toMatch(/url\(["']?(?:https?:)?\/\//)
      if (link.endsWith('start.js')) expect(text).toContain('/api/v1/openapi.json')
    }
  })

  test('is where an earlier system had it, too', async () => {
    const answer = await api().get('/api', undescribed)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('deprecation')).toMatch(/^@\d+$/)
    expect(answer.headers.get('link')).toBe('</docs>; rel="successor-version"')
  })
})

/** The table of what people can do. */
const promised = [
  'POST /api/v1/auth/register',
  'POST /api/v1/auth/login',
  'POST /api/v1/auth/refresh',
  'POST /api/v1/auth/logout',
  'GET /api/v1/auth/me',
  'PUT /api/v1/auth/password',
  'PUT /api/v1/auth/email',
  'POST /api/v1/auth/verify-email',
  'POST /api/v1/auth/verify-email/resend',
  'POST /api/v1/auth/password-reset',
  'POST /api/v1/auth/password-reset/confirm',
  'GET /api/v1/auth/sessions',
  'DELETE /api/v1/auth/sessions/{id}',
  'DELETE /api/v1/auth/sessions',
  'GET /api/v1/auth/providers',
  'POST /api/v1/auth/login/provider/begin',
  'POST /api/v1/auth/login/provider',
  'POST /api/v1/auth/register/provider',
  'POST /api/v1/auth/identities/begin',
  'POST /api/v1/auth/identities',
  'DELETE /api/v1/auth/identities/{id}',
  'POST /api/v1/auth/reauthenticate/provider',
  'POST /api/v1/auth/first-admin',
  'POST /api/v1/auth/tokens',
  'GET /api/v1/auth/tokens',
  'DELETE /api/v1/auth/tokens/{id}',
  'POST /api/v1/auth/tokens/exchange',
  'POST /api/v1/auth/applications',
  'GET /api/v1/auth/applications',
  'PATCH /api/v1/auth/applications/{id}',
  'DELETE /api/v1/auth/applications/{id}',
  'POST /api/v1/auth/applications/{id}/secret',
  'GET /api/v1/auth/grants',
  'DELETE /api/v1/auth/grants/{id}',
  'POST /api/v1/oauth/authorize',
  'POST /api/v1/oauth/token',
  'POST /api/v1/oauth/revoke',
  'GET /api/v1/admin/roles',
  'PUT /api/v1/admin/roles/{id}',
  'GET /.well-known/jwks.json',
  'GET /.well-known/oauth-authorization-server',
  'GET /api/v1/users/{id}',
  'GET /api/v1/users/me',
  'PATCH /api/v1/users/me',
  'PUT /api/v1/users/{id}/follow',
  'DELETE /api/v1/users/{id}/follow',
  'GET /api/v1/users/{id}/followers',
  'GET /api/v1/users/{id}/following',
  'GET /api/v1/users/me/suggestions',
  'GET /api/v1/search',
  'POST /api/v1/media/upload',
  'POST /api/v1/media/uploads',
  'POST /api/v1/media/uploads/{id}/complete',
  'GET /api/v1/media/{id}',
  'GET /media/{id}/{file}',
  'POST /api/v1/posts',
  'GET /api/v1/posts/{id}',
  'PATCH /api/v1/posts/{id}',
  'DELETE /api/v1/posts/{id}',
  'GET /api/v1/users/{id}/posts',
  'GET /api/v1/tags/{tag}/posts',
  'POST /api/v1/posts/{id}/like',
  'DELETE /api/v1/posts/{id}/like',
  'GET /api/v1/posts/{id}/likes',
  'POST /api/v1/posts/{id}/comments',
  'GET /api/v1/posts/{id}/comments',
  'GET /api/v1/comments/{id}/replies',
  'POST /api/v1/comments/{id}/like',
  'DELETE /api/v1/comments/{id}/like',
  'DELETE /api/v1/comments/{id}',
  'PUT /api/v1/posts/{id}/save',
  'DELETE /api/v1/posts/{id}/save',
  'GET /api/v1/users/me/saved',
  'GET /api/v1/feed',
  'GET /api/v1/feed/home',
  'GET /api/v1/notifications',
  'GET /api/v1/notifications/unread-count',
  'POST /api/v1/notifications/{id}/read',
  'POST /api/v1/notifications/read',
  'GET /api/v1/notifications/stream',
  'GET /api/v1/notifications/preferences',
  'PATCH /api/v1/notifications/preferences',
  'GET /api/v1/notifications/push',
  'PUT /api/v1/notifications/push',
  'DELETE /api/v1/notifications/push',
]
