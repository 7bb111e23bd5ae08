import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createHttpApp, createRoute, createRouter, created, emOf, z } from '../src/http.ts'
import {
  answerScope,
  forgetAnswers,
  idempotencySql,
  idempotent,
  idempotentAfter,
  idempotentWith,
  pruneIdempotency,
  signedInIdempotent,
} from '../src/idempotency.ts'
import { silentLogger } from '../src/log.ts'
import { Migration, query } from '../src/postgres.ts'
import { problem } from '../src/problem.ts'
import type { Secrets } from '../src/secret.ts'
import { createTestDatabase, type TestDatabase, testConfig, testTokens, testViewer } from '../src/testing.ts'

class Start extends Migration {
  override up(): void {
    for (const sql of idempotencySql) this.addSql(sql)
    this.addSql('create table note (id serial primary key, text text not null)')
  }
}

let db: TestDatabase
const tokens = await testTokens()
const config = testConfig()
let gate: Promise<void> | undefined
let failWith: number | undefined
let prepared = 0

beforeAll(async () => {
  db = await createTestDatabase({ service: 'idempotency', entities: [], migrations: [Start] })
})
afterAll(() => db.drop())
beforeEach(async () => {
  gate = undefined
  failWith = undefined
  await query(db.orm.em.fork(), 'truncate idempotency_key, note restart identity')
})

function createApp(secrets: Partial<Secrets> = {}) {
  const app = createHttpApp({
    config: { ...config, ...secrets },
    log: silentLogger(),
    verifier: tokens.verifier,
    forkEm: () => db.orm.em.fork(),
  })
  const Body = z.strictObject({ text: z.string().max(20) })
  const body = { content: { 'application/json': { schema: Body } } }
  const responses = { 201: { description: 'ok', content: { 'application/json': { schema: z.any() } } } }
  const forPeople = createRouter({ write: 'post' })
  forPeople.openapi(
    createRoute({ method: 'post', path: '/notes', ...signedInIdempotent, request: { body }, responses }),
    async (c) => {
      // A service's own transaction inside becomes a savepoint.
      const [row] = await emOf(c).transactional((em) =>
        query<{ id: number }>(em, 'insert into note (text) values (?) returning id', [c.req.valid('json').text]),
      )
      await gate
      if (failWith === 500) throw new Error('bug')
      if (failWith !== undefined) throw problem(failWith, 'note.refused', 'No.')
      return created(c, { id: row!.id, token: 'hunter2' }, `/notes/${row!.id}`)
    },
  )
  app.route('/', forPeople)
  app.openapi(
    createRoute({ method: 'post', path: '/others', middleware: [idempotent], request: { body }, responses }),
    async (c) => created(c, { other: true }, '/others/1'),
  )
  app.post('/streams', async (c) =>
    idempotentWith(c, await c.req.text(), async () => {
      const [row] = await query<{ id: number }>(emOf(c), "insert into note (text) values ('s') returning id")
      return c.json({ id: row!.id }, 201)
    }),
  )
  app.post('/prepared', async (c) =>
    idempotentAfter(
      c,
      async () => {
        prepared += 1
        await gate
        if (failWith !== undefined) throw problem(failWith, 'note.refused', 'No.')
        return emOf(c).isInTransaction()
      },
      async (inTransaction) => {
        const [row] = await query<{ id: number }>(emOf(c), "insert into note (text) values ('p') returning id")
        return c.json({ id: row!.id, inTransaction, then: emOf(c).isInTransaction() }, 201)
      },
    ),
  )
  return app
}

const app = createApp()
const louise = await tokens.headersFor(testViewer())
const nadar = await tokens.headersFor(testViewer('nadar'))

async function post(
  key: string | undefined,
  text: string,
  headers = louise,
  path = '/notes',
  to = app,
): Promise<Response> {
  return to.request(path, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', ...(key !== undefined && { 'idempotency-key': key }) },
    body: JSON.stringify({ text }),
  })
}

async function notes(): Promise<number> {
  const [row] = await query<{ n: number }>(db.orm.em.fork(), 'select count(*)::int as n from note')
  return row!.n
}

test('the same key and body get the same answer, and one thing is made', async () => {
  const first = await post('k1', 'a')
  const second = await post('k1', 'a')
  expect(first.status).toBe(201)
  expect(second.status).toBe(201)
  expect(await second.json()).toEqual(await first.json())
  expect(second.headers.get('location')).toBe(first.headers.get('location'))
  expect(second.headers.get('content-type')).toBe(first.headers.get('content-type'))
  expect(first.headers.get('idempotency-replayed')).toBeNull()
  expect(second.headers.get('idempotency-replayed')).toBe('true')
  expect(await notes()).toBe(1)
})

test('twenty duplicates at once make one thing and get one answer', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => post('k2', 'a')))
  expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 20 }, () => 201))
  const bodies = await Promise.all(answers.map((answer) => answer.text()))
  expect(new Set(bodies).size).toBe(1)
  expect(await notes()).toBe(1)
})

test('a duplicate waits for the first, and runs if that rolls back', async () => {
  const opened = Promise.withResolvers<void>()
  gate = opened.promise
  failWith = 409
  const first = post('k3', 'a')
  await waitForLock(0)
  const second = post('k3', 'a')
  await waitForLock(1)
  gate = undefined
  queueMicrotask(() => {
    opened.resolve()
  })
  expect((await first).status).toBe(409)
  failWith = undefined
  expect([201, 409]).toContain((await second).status)
  expect((await post('k3', 'a')).status).toBe(201)
  expect(await notes()).toBe(1)
})

async function waitForLock(waiting: number): Promise<void> {
  for (let i = 0; i < 200; i += 1) {
    const [row] = await query<{ n: number; open: number }>(
      db.orm.em.fork(),
      `select count(*) filter (where wait_event_type = 'Lock')::int as n,
              count(*) filter (where state = 'idle in transaction')::int as open
       from pg_stat_activity where datname = current_database()`,
    )
    if (row!.n >= waiting && row!.open >= 1) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('nobody waits')
}

test('the same key with another body is refused', async () => {
  await post('k4', 'a')
  const other = await post('k4', 'b')
  expect(other.status).toBe(422)
  expect(await other.json()).toMatchObject({ code: 'idempotency.key_reused' })
  expect(await notes()).toBe(1)
})

test('a key belongs to a person and a route', async () => {
  await post('k5', 'a')
  expect((await post('k5', 'b', nadar)).status).toBe(201)
  expect((await post('k5', 'a', louise, '/others')).headers.get('idempotency-replayed')).toBeNull()
  expect(await notes()).toBe(2)
})

test.each([409, 422, 500])('an answer %i rolls back, stores nothing, and the key can be used again', async (status) => {
  failWith = status
  expect((await post('k6', 'a')).status).toBe(status)
  expect(await notes()).toBe(0)
  failWith = undefined
  const again = await post('k6', 'a')
  expect(again.status).toBe(201)
  expect(again.headers.get('idempotency-replayed')).toBeNull()
})

test('an invalid body is a 422 of the contract and stores nothing', async () => {
  const invalid = await post('k7', 'far too long for this field')
  expect(await invalid.json()).toMatchObject({ code: 'request.invalid', errors: [{ pointer: '#/text' }] })
  expect((await post('k7', 'a')).status).toBe(201)
})

test('who is not signed in never reaches the key', async () => {
  expect((await post('k8', 'a', {})).status).toBe(401)
  const rows = await query(db.orm.em.fork(), 'select 1 from idempotency_key')
  expect(rows).toHaveLength(0)
})

test('without a key nothing is stored; with a senseless one it is refused', async () => {
  expect((await post(undefined, 'a')).status).toBe(201)
  expect((await post(undefined, 'a')).status).toBe(201)
  expect(await notes()).toBe(2)
  for (const key of ['', 'x'.repeat(256), 'a b']) expect((await post(key, 'a')).status).toBe(422)
})

test('neither the key nor the answer can be read from the database', async () => {
  await post('secret-key-1', 'a')
  const rows = await query<{ all: string }>(
    db.orm.em.fork(),
    "select idempotency_key::text || encode(body, 'escape') as all from idempotency_key",
  )
  expect(rows).toHaveLength(1)
  expect(rows[0]!.all).not.toMatch(/hunter2|secret-key-1/)
  const other = createApp({ SECRET_KEY: 'another-secret-key-of-more-than-32-characters' })
  expect((await post('secret-key-1', 'a', louise, '/notes', other)).status).toBe(409)
})

test('while SECRET_KEY is changed a retry is answered by who can, put off by who cannot, and done twice by nobody', async () => {
  const renewed = createApp({
    SECRET_KEY: 'another-secret-key-of-more-than-32-characters',
    SECRET_KEY_PREVIOUS: config.SECRET_KEY,
  })
  const before = await post('k-old', 'a')
  const replayed = await post('k-old', 'a', louise, '/notes', renewed)
  expect(replayed.headers.get('idempotency-replayed')).toBe('true')
  expect(await replayed.json()).toEqual(await before.json())
  expect((await post('k-old', 'b', louise, '/notes', renewed)).status).toBe(422)

  expect((await post('k-new', 'a', louise, '/notes', renewed)).status).toBe(201)
  const putOff = await post('k-new', 'a')
  expect(putOff.status).toBe(409)
  expect(await putOff.json()).toMatchObject({ code: 'idempotency.in_progress' })
  expect((await post('k-new', 'a', louise, '/notes', renewed)).headers.get('idempotency-replayed')).toBe('true')
  expect(await notes()).toBe(2)
})

test('after 24 hours a key is free again, and pruning deletes it', async () => {
  await post('k9', 'a')
  await query(db.orm.em.fork(), "update idempotency_key set created_at = now() - interval '25 hours'")
  expect((await post('k9', 'b')).status).toBe(201)
  expect(await notes()).toBe(2)
  expect(await pruneIdempotency(db.orm.em.fork())).toBe(0)
  await query(db.orm.em.fork(), "update idempotency_key set created_at = now() - interval '25 hours'")
  expect(await pruneIdempotency(db.orm.em.fork())).toBe(1)
})

test('a handler that streams gives its own digest', async () => {
  async function send(body: string): Promise<Response> {
    return app.request('/streams', { method: 'POST', headers: { 'idempotency-key': 's' }, body })
  }
  const first = await send('bytes')
  const second = await send('bytes')
  expect(await second.json()).toEqual(await first.json())
  expect((await send('other')).status).toBe(422)
  expect(await notes()).toBe(1)
})

test('nothing in the table can be searched for by guessing what was sent, a password above all', async () => {
  const text = JSON.stringify({ text: 'hunter2' })
  const headers = { 'content-type': 'application/json', 'idempotency-key': 'k-guess' }
  expect((await createApp().request('/others', { method: 'POST', body: text, headers })).status).toBe(201)
  const [row] = await query<{ hash: string }>(
    db.orm.em.fork(),
    `select encode(request_hash, 'hex') as hash from idempotency_key`,
  )
  expect(row!.hash).not.toBe(createHash('sha256').update(`application/json\0${text}`).digest('hex'))
})

test('what is prepared holds no transaction, and is not prepared again for an answer that is there', async () => {
  prepared = 0
  const key = 'prepared'
  const answers = await Promise.all([post(key, 'a', louise, '/prepared'), post(key, 'a', louise, '/prepared')])
  const bodies = await Promise.all(answers.map((answer) => answer.json()))
  expect(bodies[0]).toMatchObject({ inTransaction: false, then: true })
  expect(bodies[1]).toEqual(bodies[0])
  const before = prepared
  failWith = 503
  expect(await (await post(key, 'a', louise, '/prepared')).json()).toEqual(bodies[0])
  expect(prepared).toBe(before)
  expect((await post(key, 'b', louise, '/prepared')).status).toBe(422)
  expect((await post('prepared 2', 'a', louise, '/prepared')).status).toBe(422)
  expect((await post('prepared-3', 'a', louise, '/prepared')).status).toBe(503)
  expect(await notes()).toBe(1)
})

test('the answer of what was deleted is not given again, and it is not made anew; other answers stay', async () => {
  const viewer = testViewer('daguerre')
  const headers = await tokens.headersFor(viewer)
  const location = (await post('gone', 'secret', headers)).headers.get('location') ?? ''
  await post('stays', 'b', headers)
  const scopes = [answerScope(viewer.id, 'POST', '/notes')]
  await db.orm.em.fork().transactional((em) => forgetAnswers(em, { scopes, locations: [location] }))
  const again = await post('gone', 'secret', headers)
  expect([again.status, ((await again.json()) as { code: string }).code]).toEqual([409, 'idempotency.gone'])
  expect((await post('stays', 'b', headers)).headers.get('idempotency-replayed')).toBe('true')
  expect(await notes()).toBe(2)
})
