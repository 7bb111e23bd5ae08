import { readFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { testViewer, waitFor } from '@daguerre/kit/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRouteTable, type OpenApiDocument } from '../src/route-table.ts'
import { appPaths, matchAppPath } from '../src/web/app-paths.ts'
import { createStage } from './stage.ts'
import { makeWebBuild, script } from './web-build.ts'

let build: ReturnType<typeof makeWebBuild>
let stage: Awaited<ReturnType<typeof createStage>>

beforeAll(async () => {
  build = makeWebBuild()
  stage = await createStage({ webFolder: build.folder, uploadOrigins: ['https://photos.example.org'] })
})
afterAll(async () => {
  await stage.close()
  build.remove()
})

const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
const somePages = [
  ...['/', '/login', '/register', '/explore', '/search', '/search?q=light', '/tags/l%C3%BAz', '/new', '/notifications'],
  ...['/saved', '/settings', '/settings/sessions', '/settings/notifications/push', '/offline', '/@louise/followers'],
]

function raw(path: string, headers: Record<string, string> = {}) {
  return new Promise<{ headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    httpRequest({ port: stage.port, host: '127.0.0.1', path, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }))
    })
      .on('error', reject)
      .end()
  })
}

describe('pages of the app', () => {
  test('no path of the app is one of the API or of its aliases, and the other way round', () => {
    const document = JSON.parse(readFileSync(new URL('../openapi.json', import.meta.url), 'utf8')) as OpenApiDocument
    const table = createRouteTable(document)
    const taken = appPaths.map((path) => path.replaceAll(/\{\w+\}/g, 'x')).filter((path) => table.match('GET', path))
    expect(taken).toEqual([])
    const apiPaths = [
      ...Object.keys(document.paths),
      '/docs',
      '/api',
      '/healthz',
      '/readyz',
      '/metrics',
      '/csp-reports',
    ]
    expect(apiPaths.filter((path) => matchAppPath(path.replaceAll(/\{\w+\}/g, 'x')))).toEqual([])
    expect(matchAppPath('/notifications/my')).toBeNull()
  })

  test.each(somePages)('%s is the shell, to be asked for each time', async (path) => {
    const response = await fetch(`${stage.url}${path}`)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-cache')
    const text = await response.text()
    expect(text).toContain('<div id="root"></div>')
    expect(text).not.toContain('app-head')
    const again = await fetch(`${stage.url}${path}`, {
      headers: { 'if-none-match': response.headers.get('etag') ?? '' },
    })
    expect([again.status, await again.text()]).toEqual([304, ''])
  })

  test('HEAD has the headers and no body, and only GET and HEAD are answered', async () => {
    const head = await fetch(`${stage.url}/explore`, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
    expect(Number(head.headers.get('content-length'))).toBeGreaterThan(100)
    const posted = await fetch(`${stage.url}/login`, { method: 'POST', headers: browser })
    expect(posted.status).toBe(404)
    expect(posted.headers.get('content-type')).toBe('application/problem+json')
  })

  test('a slash at the end leads to the page without it', async () => {
    const response = await fetch(`${stage.url}/explore/`, { redirect: 'manual' })
    expect([response.status, response.headers.get('location')]).toEqual([308, '/explore'])
  })

  test('the policy is strict, names where uploads go and where it is reported', async () => {
    const { headers } = await fetch(`${stage.url}/login`)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).not.toMatch(/unsafe|\*|https?:(?!\/\/photos\.example\.org)/)
    for (const part of [
      "default-src 'none'",
      // The script that stands in the page, and no other: what `openssl dgst -sha256 -binary | base64` says of it.
      "script-src 'self' 'sha256-iYwGw0RPKEhsBXAKKyI0X7cnFwn7irJdmpzbyHecgw4='",
      "connect-src 'self' https://photos.example.org",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      'report-uri /csp-reports',
    ]) {
      expect(policy.split('; ')).toContain(part)
    }
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('strict-origin-when-cross-origin')
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(headers.get('permissions-policy')).toContain('geolocation=()')
    const docs = await fetch(`${stage.url}/docs`)
    expect(docs.headers.get('content-security-policy')).not.toContain('csp-reports')
  })

  test('an unknown path is a page for a browser and a problem for everybody else, 404 both times', async () => {
    const page = await fetch(`${stage.url}/nowhere`, { headers: browser })
    const text = await page.text()
    expect(page.status).toBe(404)
    expect(text).toContain('<title>Not found · Daguerre</title>')
    expect(text.match(/<title>/g)).toHaveLength(1)
    expect(text).toContain('noindex')
    for (const [path, accept] of [
      ['/nowhere', '*/*'],
      ['/api/v1/nowhere', browser.accept],
      ['/assets/gone-1a2b3c4d.js', browser.accept],
    ] as const) {
      const response = await fetch(`${stage.url}${path}`, { headers: { accept } })
      expect([path, response.status]).toEqual([path, 404])
      expect(await response.json()).toMatchObject({ code: 'request.route_not_found' })
    }
  })

  test('a path that is no UTF-8, or climbs, finds no file', async () => {
    for (const path of ['/%ff', '/assets/..%2f..%2fpackage.json', '/assets/%2e%2e/%2e%2e/package.json', '/.env']) {
      expect([path, (await fetch(`${stage.url}${path}`)).status]).toEqual([path, 404])
    }
  })

  test('no page of the app is asked of a service, whoever is signed in', async () => {
    const headers = await stage.tokens.headersFor(testViewer())
    expect((await fetch(`${stage.url}/notifications`, { headers })).status).toBe(200)
    expect(stage.seen).toEqual([])
  })
})

describe('files of the app', () => {
  test('have their types; those with a hash in their name are kept for a year', async () => {
    for (const [path, type, caching] of [
      ['/assets/main-1a2b3c4d.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
      ['/assets/main-1a2b3c4d.css', 'text/css; charset=utf-8', 'public, max-age=31536000, immutable'],
      ['/sw.js', 'text/javascript; charset=utf-8', 'no-cache'],
      ['/manifest.webmanifest', 'application/manifest+json', 'no-cache'],
      ['/icons/icon-192.png', 'image/png', 'public, max-age=86400'],
    ]) {
      const { status, headers } = await fetch(`${stage.url}${path}`)
      expect([path, status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
        path,
        200,
        type,
        caching,
      ])
      expect(headers.get('x-content-type-options')).toBe('nosniff')
    }
  })

  test('the service worker may rule the whole site, under the policy of the app', async () => {
    const { headers } = await fetch(`${stage.url}/sw.js`)
    expect(headers.get('service-worker-allowed')).toBe('/')
    expect(headers.get('content-security-policy')).toContain("connect-src 'self'")
  })

  test('the decoder of HEIC alone may compile WebAssembly', async () => {
    const policies = await Promise.all(
      ['/assets/heic.worker-1a2b3c4d.js', '/assets/main-1a2b3c4d.js', '/sw.js', '/new'].map(async (path) => {
        const { headers } = await fetch(`${stage.url}${path}`)
        return headers.get('content-security-policy')?.split('; ')[1]
      }),
    )
    expect(policies).toEqual([
      "script-src 'self' 'wasm-unsafe-eval'",
      "script-src 'self'",
      "script-src 'self'",
      "script-src 'self' 'sha256-iYwGw0RPKEhsBXAKKyI0X7cnFwn7irJdmpzbyHecgw4='",
    ])
  })

  test('are sent as they were compressed at build time, else compressed here, as the client takes it', async () => {
    const built = await raw('/assets/main-1a2b3c4d.js', { 'accept-encoding': 'gzip, br' })
    expect(built.headers).toMatchObject({ 'content-encoding': 'br', vary: 'accept-encoding' })
    expect(brotliDecompressSync(built.body).toString()).toBe(`${script}// at build time`)
    const here = await raw('/assets/main-1a2b3c4d.js', { 'accept-encoding': 'br;q=0, gzip' })
    expect(here.headers['content-encoding']).toBe('gzip')
    expect(gunzipSync(here.body).toString()).toBe(script)
    const plain = await raw('/assets/main-1a2b3c4d.js')
    expect(plain.headers['content-encoding']).toBeUndefined()
    expect(plain.body.toString()).toBe(script)
    expect((await raw('/icons/icon-192.png', { 'accept-encoding': 'br' })).headers['content-encoding']).toBeUndefined()
    // The shorter forms are no files of their own.
    expect((await fetch(`${stage.url}/assets/main-1a2b3c4d.js.br`)).status).toBe(404)
    expect((await fetch(`${stage.url}/index.html`)).status).toBe(404)
  })

  test('are not sent again to who has them', async () => {
    const { headers } = await fetch(`${stage.url}/assets/main-1a2b3c4d.css`)
    const again = await fetch(`${stage.url}/assets/main-1a2b3c4d.css`, {
      headers: { 'if-none-match': headers.get('etag') ?? '' },
    })
    expect([again.status, again.headers.get('cache-control')]).toEqual([304, 'public, max-age=31536000, immutable'])
  })

  test('a build that is made anew is seen without a restart', async () => {
    build.write('assets/late-5e6f7a8b.js', 'console.log("late")')
    await waitFor(async () => (await fetch(`${stage.url}/assets/late-5e6f7a8b.js`)).ok)
  })
})

describe('without a build', () => {
  test('/ leads to the documentation, and nothing is a page', async () => {
    const bare = await createStage()
    try {
      const home = await fetch(`${bare.url}/`, { redirect: 'manual' })
      expect([home.status, home.headers.get('location')]).toEqual([302, '/docs'])
      const page = await fetch(`${bare.url}/explore`, { headers: browser })
      expect(page.headers.get('content-type')).toBe('application/problem+json')
    } finally {
      await bare.close()
    }
  })
})

describe('reports of the policy', () => {
  const old = { 'content-type': 'application/csp-report' }

  function report(body: string, headers: Record<string, string> = old, url = stage.url): Promise<Response> {
    return fetch(`${url}/csp-reports`, { method: 'POST', body, headers })
  }

  async function countOf(directive: string): Promise<number> {
    const metrics = await (await fetch(`${stage.url}/metrics`)).text()
    return Number(new RegExp(`csp_reports_total\\{directive="${directive}".*\\} (\\d+)`).exec(metrics)?.[1] ?? 0)
  }

  test('are counted by directive in both ways that browsers send them', async () => {
    const before = await countOf('img-src')
    const csp = { 'effective-directive': 'img-src', 'blocked-uri': 'https://evil.example/?q=secret', 'line-number': 7 }
    expect((await report(JSON.stringify({ 'csp-report': csp }))).status).toBe(204)
    const body = { effectiveDirective: 'img-src', blockedURL: 'https://evil.example', documentURL: '/p/1' }
    const list = [
      { type: 'csp-violation', body },
      { type: 'deprecation', body: {} },
    ]
    expect((await report(JSON.stringify(list), { 'content-type': 'application/reports+json' })).status).toBe(204)
    expect(await countOf('img-src')).toBe(before + 2)
  })

  test('make no labels of what anybody writes', async () => {
    const before = await countOf('other')
    await report(JSON.stringify({ 'csp-report': { 'effective-directive': 'x"} 1\nfake 7' } }))
    expect(await countOf('other')).toBe(before + 1)
  })

  test.each([
    ['{', old, 400],
    ['{}', old, 422],
    ['[1]', old, 422],
    ['{}', { 'content-type': 'application/json' }, 415],
    [JSON.stringify({ 'csp-report': { 'blocked-uri': 'x'.repeat(40_000) } }), old, 413],
  ])('%.20s is refused with %j %i', async (body, headers, status) => {
    const response = await report(body, headers)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
  })

  test('are limited by address', async () => {
    const limited = await createStage({ trustedProxies: 1 })
    try {
      const headers = { ...old, 'x-forwarded-for': `192.0.2.${Date.now() % 250}-${Date.now()}` }
      const statuses: number[] = []
      for (let times = 0; times < 61; times++) {
        statuses.push((await report('{"csp-report":{}}', headers, limited.url)).status)
      }
      expect(new Set(statuses.slice(0, 60))).toEqual(new Set([204]))
      expect(statuses.at(-1)).toBe(429)
    } finally {
      await limited.close()
    }
  })
})
