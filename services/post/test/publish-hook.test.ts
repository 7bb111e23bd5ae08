import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { events, makeEvent, type Post } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import { cloudEvent } from '@daguerre/kit/testing'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Hook } from '../src/check/ask-hook.ts'
import { checkPosts } from '../src/check/check-posts.ts'
import { createWorld, type World } from './support.ts'

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

interface Asked {
  headers: IncomingHttpHeaders
  body: string
}

/** What whoever runs this has set up: answers as the test says. */
let answer: (response: ServerResponse) => void
let asked: Asked[] = []
const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    asked.push({ headers: request.headers, body: Buffer.concat(chunks).toString() })
    answer(response)
  })
})

let world: World
let hook: Hook
beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  hook = { url: `http://127.0.0.1:${port}/check`, secret, timeoutMs: 300, otherwise: 'hold' }
  world = await createWorld({ hook })
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await world.drop()
})
beforeEach(() => {
  asked = []
})

function says(body: unknown, status = 200) {
  return (response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
}

/** What a replica does at its next look. */
function check(changes: Partial<Hook> | null = {}): Promise<void> {
  const deps = { forkEm: world.fork, holds: world.shared.holds, log: world.log, now: () => new Date() }
  return checkPosts({ ...deps, hook: changes && { ...hook, ...changes } }, new AbortController().signal)
}

async function write(fields: Record<string, unknown> = {}) {
  const author = world.person()
  const { id, state } = await world.createPost(author, { caption: 'Silver', ...fields })
  expect(state).toBe('processing')
  return { author, id }
}

async function stateOf({ id, author }: { id: string; author: ReturnType<World['person']> }): Promise<string> {
  return (await world.send<Post>('GET', `/api/v1/posts/${id}`, { as: author })).body.state
}

function sql(text: string, params: unknown[] = []) {
  return query(world.fork(), `/* test */ ${text}`, params)
}

async function typesOf(id: string): Promise<string[]> {
  return (await world.eventsOf(id)).map(({ type }) => type)
}

test('before a post is published its text is asked about, signed, and until then nobody else sees it', async () => {
  const post = await write({ caption: 'Silver #plate', location: { name: 'Paris' } })
  expect((await world.send('GET', `/api/v1/posts/${post.id}`)).status).toBe(404)
  answer = says({ verdict: 'publish' })
  await Promise.all([check(), check()])
  expect(asked).toHaveLength(1)
  const [{ headers, body }] = asked as [Asked]
  expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({
    type: 'post.publish',
    data: { postId: post.id, author: { id: post.author.id }, caption: 'Silver #plate', location: 'Paris' },
  })
  expect(() => new Webhook(secret).verify(`${body} `, headers as Record<string, string>)).toThrow(
    'No matching signature',
  )
  expect(headers['webhook-id']).toBe(`post.publish.${post.id}`)
  expect(await stateOf(post)).toBe('published')
  expect(await typesOf(post.id)).toEqual([events.postCreated.type])
  await check()
  expect(asked).toHaveLength(1)
})

test('what it has held moderators look at, with what it said, and let through', async () => {
  const post = await write()
  answer = says({ verdict: 'hold', reason: 'Looks like an advertisement' })
  await check()
  expect(await stateOf(post)).toBe('held')
  expect(await world.eventsOf(post.id)).toMatchObject([
    { type: events.postHeld.type, data: { cause: 'external_check', heldFor: ['Looks like an advertisement'] } },
  ])
  const data = { postId: post.id, hidden: false, sensitive: false, removed: false }
  const event = makeEvent(events.postModerated, { subject: post.id, version: 2, data })
  await world.deliver(cloudEvent('moderation', event), 'moderation')
  expect(await stateOf(post)).toBe('published')
})

const silences: [string, (response: ServerResponse) => void][] = [
  ['nothing in time', () => {}],
  ['half an answer in time', (response) => response.writeHead(200).write('{"verdict":')],
  ['an error', says({}, 500)],
  ['where else to ask', (response) => response.writeHead(302, { location: '/check?again' }).end()],
  ['no JSON', (response) => response.writeHead(200).end('yes')],
  ['something else', says({ verdict: 'maybe' })],
  ['far too much', says({ verdict: 'publish', reason: 'x'.repeat(100_000) })],
]
test.each(silences)('when it says %s the post becomes what was chosen', async (_what, silence) => {
  answer = silence
  const held = await write()
  await check({ otherwise: 'hold' })
  expect(await stateOf(held)).toBe('held')
  const published = await write()
  await check({ otherwise: 'publish' })
  expect(await stateOf(published)).toBe('published')
  expect(asked).toHaveLength(2)
})

test('when nobody is there too', async () => {
  const post = await write()
  await check({ url: 'http://127.0.0.1:9/', otherwise: 'hold' })
  expect(await stateOf(post)).toBe('held')
})

test('a crash in the middle has it asked again, once the lease has ended, and published once', async () => {
  const post = await write()
  // As by a replica that died after it had asked.
  await sql("update post_check set due_at = now() + interval '1 hour' where post_id = $1", [post.id])
  answer = says({ verdict: 'publish' })
  await check()
  expect([await stateOf(post), asked.length]).toEqual(['processing', 0])
  await sql("update post_check set due_at = now() - interval '1 second'")
  await check()
  // A replica that was only slow comes too late.
  await sql('insert into post_check (post_id) values ($1)', [post.id])
  await check()
  expect(await typesOf(post.id)).toEqual([events.postCreated.type])
  expect(await sql('select 1 from post_check')).toEqual([])
})

test('a photo that is in work is waited for; what is blocked goes to moderators at once; what is deleted is asked about no more', async () => {
  const author = world.person()
  const photo = world.photo(author, 'processing')
  const waiting = { author, id: (await world.createPost(author, { media: [{ mediaId: photo }] })).id }
  answer = says({ verdict: 'publish' })
  await check()
  expect(asked).toEqual([])
  await world.deliver(world.finish(photo))
  await check()
  expect(await stateOf(waiting)).toBe('published')

  world.blockedTexts.push({ kind: 'word', value: 'lead', effect: 'hold' })
  expect((await world.createPost(author, { caption: 'Lead' })).state).toBe('held')
  world.blockedTexts.splice(0)
  const gone = await write()
  await world.send('DELETE', `/api/v1/posts/${gone.id}`, { as: gone.author })
  asked = []
  await check()
  expect(asked).toEqual([])
  expect((await typesOf(gone.id)).at(-1)).toBe(events.postDeleted.type)
})

test('switched off, what waits is published', async () => {
  const post = await write()
  await check(null)
  expect(await stateOf(post)).toBe('published')
})
