import { execFile } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createHttpApp } from './http.ts'
import { silentLogger } from './log.ts'
import { type RunningServer, serve } from './server.ts'
import { testConfig } from './testing.ts'

const config = testConfig({ APP_PORT: 0 })
let server: RunningServer

beforeAll(async () => {
  const log = silentLogger()
  const app = createHttpApp({ config, log })
  app.post('/internal/echo', async (c) => c.json({ got: (await c.req.json()) as unknown }))
  app.delete('/internal/thing', (c) => c.body(null, 204))
  server = await serve({ app, config, log, ownsProcess: false })
})
afterAll(() => server.stop())

function call(args: string[], env: Record<string, string> = {}) {
  const script = join(import.meta.dirname, 'call.ts')
  const environment = { APP_PORT: String(server.port), APP_API_TOKEN: config.APP_API_TOKEN, ...env }
  return new Promise<{ code: unknown; out: string; err: string }>((resolve) => {
    execFile(process.execPath, [script, ...args], { env: environment }, (error, out, err) =>
      resolve({ code: error?.code ?? 0, out, err }),
    )
  })
}

test('an operator asks an internal route and gets its answer', async () => {
  expect(await call(['POST', '/internal/echo', '{"a":1}'])).toEqual({ code: 0, out: '{"got":{"a":1}}\n', err: '' })
  expect(await call(['delete', '/internal/thing'])).toEqual({ code: 0, out: '', err: '' })
})

test('the token may stand in a file', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'kit-')), 'token')
  writeFileSync(file, `${config.APP_API_TOKEN}\n`)
  const env = { APP_API_TOKEN: '', APP_API_TOKEN_FILE: file }
  expect(await call(['POST', '/internal/echo', '1'], env)).toMatchObject({ code: 0, out: '{"got":1}\n' })
})

test('what is refused, and a service that is not there, end with 1 and a line that says it', async () => {
  const wrong = await call(['POST', '/internal/echo', '{}'], { APP_API_TOKEN: 'x'.repeat(16) })
  expect(wrong).toMatchObject({ code: 1, err: '401 Unauthorized\n' })
  expect(wrong.out).toContain('internal.unauthorized')
  expect(await call(['GET', '/internal/echo'], { APP_PORT: '1' })).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^fetch failed: .+\n$/),
  })
  expect(await call(['POST'])).toMatchObject({ code: 1, err: 'usage: node call.js METHOD PATH [JSON]\n' })
  expect(await call(['GET', '/x'], { APP_PORT: 'x' })).toMatchObject({
    code: 1,
    err: expect.stringContaining('APP_PORT: must be a port number'),
  })
})
