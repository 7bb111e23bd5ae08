import { internalRoutes } from '@daguerre/contracts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { system } from '../../setup/system.ts'

let stranger: Awaited<ReturnType<typeof system.stranger>>

beforeAll(async () => {
  stranger = await system.stranger('stranger')
})

afterAll(async () => {
  await stranger.close()
})

async function invoke(
  { url, token }: { url: string; token: string },
  app: string,
  path: string,
  body: unknown = {},
): Promise<number> {
  const response = await fetch(`${url}/v1.0/invoke/${app}/method${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'dapr-api-token': token },
    body: JSON.stringify(body),
  })
  await response.text()
  return response.status
}

describe('invocation between sidecars', () => {
  test('a sidecar whose app id is on no list gets 403 for every internal route, and for the public ones', async () => {
    for (const { app, path } of internalRoutes) {
      expect(await invoke(stranger, app, path), `${app} ${path}`).toBe(403)
    }
    expect(await invoke(stranger, 'post', '/api/v1/posts')).toBe(403)
    expect(await invoke(stranger, 'feed', '/internal/replay', { from: '2026-01-01T00:00:00Z' })).toBe(403)
  })

  test('each app may invoke what names it as a caller, and gets 403 for all else', async () => {
    const apps = [...new Set(internalRoutes.flatMap(({ callers }) => callers))]
    const pairs = apps.flatMap((caller) => internalRoutes.map((route) => ({ ...route, caller })))
    // All at once: a sidecar asks again and again, for a second, before it passes a refusal on.
    const results = await Promise.all(
      pairs
        .filter(({ app, caller }) => app !== caller)
        .map(async ({ app, path, callers, caller }) => {
          const status = await invoke(await system.sidecar(caller), app, path)
          return { question: `${caller} asks ${app} ${path}`, allowed: callers.includes(caller), status }
        }),
    )
    expect(results.filter(({ allowed }) => allowed).length).toBeGreaterThan(20)
    for (const { question, allowed, status } of results) {
      // An allowed question without its parameters is answered with 422 by the app itself.
      if (allowed) expect([200, 422], question).toContain(status)
      else expect(status, question).toBe(403)
    }
  })

  test('nobody may reach subscriptions, dead letters and replays of another app', async () => {
    const sidecar = await system.sidecar('post')
    const paths = ['/events/post', '/internal/dead-letters/redrive', '/internal/replay']
    expect(await Promise.all(paths.map((path) => invoke(sidecar, 'notification', path)))).toEqual([403, 403, 403])
  })
})

describe('tokens between an app and its sidecar', () => {
  test('a sidecar answers only its app: without the token it is 401', async () => {
    const { url } = await system.sidecar('feed')
    expect(await invoke({ url, token: '' }, 'post', '/internal/posts/documents')).toBe(401)
    expect(await invoke({ url, token: stranger.token }, 'post', '/internal/posts/documents')).toBe(401)
  })

  test("an app's internal routes take only its sidecar: without the token, or with another app's, it is 401", async () => {
    const other = (await system.service('user')).token
    for (const { app, path } of internalRoutes) {
      const { url } = await system.service(app)
      for (const token of [undefined, '', 'wrong', ...(app === 'user' ? [] : [other])]) {
        const response = await fetch(`${url}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { 'dapr-api-token': token }) },
          body: '{}',
        })
        expect(response.status, `${app} ${path}`).toBe(401)
        expect(await response.json()).toMatchObject({ code: 'internal.unauthorized' })
      }
    }
  })

  test('the public door knows no internal routes, whatever token comes along', async () => {
    for (const { app, path } of internalRoutes) {
      const { token } = await system.service(app)
      const response = await fetch(`${system.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'dapr-api-token': token },
        body: '{}',
      })
      expect(response.status, path).toBe(404)
    }
    for (const path of ['/events/post', '/dapr/subscribe', '/internal/replay', '/internal/dead-letters']) {
      expect((await fetch(`${system.url}${path}`)).status, path).toBe(404)
    }
  })
})
