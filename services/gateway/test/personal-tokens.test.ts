import { readFile } from 'node:fs/promises'
import { newId } from '@daguerre/kit/id'
import { checksumOf } from '@daguerre/kit/personal-token'
import { testViewer } from '@daguerre/kit/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { OpenApiDocument } from '../src/route-table.ts'
import { endedSessionKey } from '@daguerre/kit/ended-sessions'
import { createStage } from './stage.ts'

let stage: Awaited<ReturnType<typeof createStage>>
let asked: string[]
let answer: [status: number, body: object] = [200, {}]

beforeAll(async () => {
  stage = await createStage()
  stage.script.auth = (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      asked.push(Buffer.concat(chunks).toString())
      response.writeHead(answer[0]).end(JSON.stringify(answer[1]))
    })
  }
})
afterAll(() => stage.close())
beforeEach(() => {
  asked = []
  stage.seen.length = 0
})

function newToken(): string {
  const random = `${newId()}-padded`.replaceAll('-', 'x').padEnd(43, 'y').slice(0, 43)
  return `dgp_${random}${checksumOf(random)}`
}

function ask(token: string, path = '/api/v1/posts/mine'): Promise<Response> {
  return fetch(`${stage.url}${path}`, { headers: { authorization: `Bearer ${token}` } })
}

/** From now on auth exchanges everything for this viewer's token. */
async function exchangesFor(expiresIn = 60) {
  const viewer = { ...testViewer(), scopes: ['read'] }
  const accessToken = await stage.tokens.tokenFor(viewer)
  answer = [200, { accessToken, expiresIn, scope: 'read' }]
  return { viewer, accessToken }
}

test('services get an access token in its place, and auth is asked once for many requests', async () => {
  const { accessToken } = await exchangesFor()
  const token = newToken()
  const answers = await Promise.all(Array.from({ length: 10 }, () => ask(token)))
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
  expect((await ask(token)).status).toBe(200)
  expect(asked).toEqual([JSON.stringify({ token })])
  const { paths } = JSON.parse(await readFile(new URL('../openapi.json', import.meta.url), 'utf8')) as OpenApiDocument
  const exchange = Object.entries(paths).find(([, { post }]) => post?.operationId === 'exchangePersonalToken')?.[0]
  expect(stage.seen.filter(({ url }) => url === exchange)).toHaveLength(1)
  const ofPost = stage.seen.filter(({ url }) => url.startsWith('/api/v1/posts'))
  expect(new Set(ofPost.map(({ headers }) => headers.authorization))).toEqual(new Set([`Bearer ${accessToken}`]))
  expect(JSON.stringify(ofPost)).not.toContain(token)
})

test('one whose checksum is wrong is refused without asking', async () => {
  const token = newToken()
  const answers = await Promise.all([
    ask(`${token.slice(0, -1)}!`),
    ask(`${token}x`),
    ask(`dgp_${token.slice(5)}x`),
    ask('dgp_'),
  ])
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401])
  expect(asked).toEqual([])
})

test('one that auth refuses is refused, and asked about once in some seconds', async () => {
  answer = [401, { code: 'auth.token_invalid' }]
  const token = newToken()
  for (let i = 0; i < 3; i++) {
    const refused = await ask(token)
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toContain('error="invalid_token"')
    expect(await refused.json()).toMatchObject({ code: 'auth.token_invalid' })
  }
  expect(asked).toHaveLength(1)
})

test('invented ones are no way around the limits: auth is asked as often as an address may read', async () => {
  const limited = await createStage({ trustedProxies: 1 })
  limited.script.auth = (_request, response) => response.writeHead(401).end('{}')
  async function asked(): Promise<number> {
    const headers = { 'x-forwarded-for': '203.0.113.77', authorization: `Bearer ${newToken()}` }
    return (await fetch(`${limited.url}/api/v1/posts/mine`, { headers })).status
  }
  await limited.redis.set('limit:read:address:203.0.113.77', '1199', 'EX', 60)
  expect([await asked(), await asked(), await asked()]).toEqual([401, 429, 429])
  expect(limited.seen).toHaveLength(1)
  await limited.close()
})

test('while auth cannot say, it is 503, and nothing of that is remembered', async () => {
  answer = [500, {}]
  const token = newToken()
  expect((await ask(token)).status).toBe(503)
  await exchangesFor()
  expect((await ask(token)).status).toBe(200)
})

test('revoked, it is refused at the next request although its access token is remembered', async () => {
  const { viewer } = await exchangesFor()
  const token = newToken()
  expect((await ask(token)).status).toBe(200)
  await stage.redis.set(endedSessionKey(viewer.sessionId), '1', 'EX', 60)
  const refused = await ask(token)
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([401, 'auth.session_ended'])
})

test('revoked, the streams that it opened end within a second or so', async () => {
  const { viewer } = await exchangesFor()
  stage.script.post = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('event: hello\n\n')
  }
  const stream = await ask(newToken(), '/api/v1/stream')
  const reader = stream.body!.getReader()
  await reader.read()
  const startedMs = Date.now()
  await stage.redis.set(endedSessionKey(viewer.sessionId), '1', 'EX', 60)
  while (!(await reader.read()).done);
  expect(Date.now() - startedMs).toBeLessThan(2_000)
  stage.script.post = (_request, response) => response.end('{}')
})

test('an access token is had anew before it ends', async () => {
  await exchangesFor(1)
  const token = newToken()
  await ask(token)
  await expect.poll(async () => ((await ask(token)).status === 200 ? asked.length : 0), { timeout: 5_000 }).toBe(2)
})
