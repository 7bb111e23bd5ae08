import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { crc32, deflateSync } from 'node:zlib'
import type { Comment, Media, Notification, Page, Person as Profile, Post } from '@daguerre/contracts'
import { system } from '../../../setup/system.ts'
import { withDatabase } from './database.ts'

export interface Answer<Body> {
  status: number
  body: Body
  headers: Headers
  /** What was missing: the names in Daguerre-Degraded. */
  degraded: string[]
  durationMs: number
}

export interface Asking {
  body?: unknown
  token?: string | undefined
  headers?: Record<string, string>
}

/** Asks the system's public door. Whatever the test, a 500 is never an answer. */
export async function ask<Body = unknown>(method: string, path: string, options: Asking = {}): Promise<Answer<Body>> {
  const { body, token, headers } = options
  const isForm = body instanceof FormData
  const began = performance.now()
  const response = await fetch(`${system.url}${path}`, {
    method,
    headers: {
      ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
    body: body === undefined ? null : isForm ? body : JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  })
  const text = await response.text()
  const durationMs = performance.now() - began
  if (response.status === 500) throw new Error(`${method} ${path} was answered with 500: ${text}`)
  const degraded = (response.headers.get('daguerre-degraded') ?? '').split(', ').filter((name) => name !== '')
  const parsed = (text === '' ? undefined : JSON.parse(text)) as Body
  return { status: response.status, body: parsed, headers: response.headers, degraded, durationMs }
}

/** The body of an answer that must be one of success. */
export async function expectOk<Body>(answer: Promise<Answer<Body>>): Promise<Body> {
  const { status, body } = await answer
  if (status < 200 || status > 299) throw new Error(`Status ${status}: ${JSON.stringify(body)}`)
  return body
}

export interface Person {
  id: string
  username: string
  token: string
  /** A photo of theirs that is ready, so that a post of it can be seen at once. */
  mediaId: string
  get<Body = unknown>(path: string): Promise<Answer<Body>>
  send<Body = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<Body>>
}

/** Somebody new, with a photo ready to be posted. */
export async function newPerson(name: string, { photo = true } = {}): Promise<Person> {
  const username = `${name}${randomBytes(5).toString('hex')}`
  const { user, accessToken } = await expectOk(
    ask<{ user: { id: string }; accessToken: string }>('POST', '/api/v1/auth/register', {
      body: { username, email: `${username}@example.org`, password: randomBytes(12).toString('hex') },
    }),
  )
  const person = personOf({ id: user.id, username, token: accessToken, mediaId: '' })
  // The profile is there when the account's event has arrived, or at the first question.
  await eventually(`the profile of ${username}`, async () => (await person.get('/api/v1/users/me')).status === 200)
  if (photo) person.mediaId = await uploadPhoto(person)
  return person
}

/** Somebody who asks the public door by their name. */
export function personOf(account: Pick<Person, 'id' | 'username' | 'token' | 'mediaId'>): Person {
  const { token } = account
  return {
    ...account,
    get: (path) => ask('GET', path, { token }),
    send: (method, path, body, headers) =>
      ask(method, path, { token, ...(body === undefined ? {} : { body }), ...(headers ? { headers } : {}) }),
  }
}

export async function uploadPhoto(person: Person): Promise<string> {
  const form = new FormData()
  form.append('file', new Blob([smallPhoto()], { type: 'image/png' }), 'photo.png')
  const { id } = await expectOk(person.send<Media>('POST', '/api/v1/media/upload', form))
  await eventually(`photo ${id} is ready`, async () => {
    const { body } = await person.get<Media>(`/api/v1/media/${id}`)
    return body.state === 'ready'
  })
  const first = await post(person, 'the first post', id)
  await eventually('the first post is published', async () => {
    const { body } = await person.get<Post>(`/api/v1/posts/${first.id}`)
    return body.state === 'published'
  })
  // That does not show that post has heard of the photo: what events have not told of is asked of media. With this, the
  // next posts need nobody else.
  await withDatabase('post', (db) =>
    eventually(`post has heard of photo ${id}`, async () => {
      const { rowCount } = await db.query(`select 1 from media where media_id = $1 and data->>'state' = 'ready'`, [id])
      return rowCount === 1
    }),
  )
  return id
}

export async function post(person: Person, caption = '', mediaId = person.mediaId): Promise<Post> {
  const body = { caption, media: [{ mediaId, altText: '' }] }
  return await expectOk(person.send<Post>('POST', '/api/v1/posts', body))
}

export async function follow(follower: Person, followee: Person): Promise<void> {
  await expectOk(follower.send('PUT', `/api/v1/users/${followee.id}/follow`))
}

export async function comment(person: Person, postId: string, text: string): Promise<Comment> {
  return await expectOk(person.send<Comment>('POST', `/api/v1/posts/${postId}/comments`, { text }))
}

/** All items of a list, page by page to its end. */
export async function allOf<Item>(person: Person, path: string, limit = 20): Promise<Item[]> {
  const items: Item[] = []
  let cursor: string | null = null
  do {
    const query = new URLSearchParams({ limit: String(limit), ...(cursor === null ? {} : { cursor }) })
    const page: Page<Item> = await expectOk(person.get<Page<Item>>(`${path}?${query.toString()}`))
    items.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return items
}

export async function homeFeed(person: Person): Promise<Post[]> {
  return await allOf<Post>(person, '/api/v1/feed/home')
}

export async function notifications(person: Person): Promise<Notification[]> {
  return await allOf<Notification>(person, '/api/v1/notifications')
}

export async function profileOf(person: Person, asked = person): Promise<Profile> {
  return await expectOk(person.get<Profile>(`/api/v1/users/${asked.id}`))
}

/** Waits until something is so; what it last saw is in the error. */
export async function eventually<Result>(
  what: string,
  look: () => Promise<Result>,
  { timeoutMs = 40_000, everyMs = 100 } = {},
): Promise<NonNullable<Result>> {
  const deadline = performance.now() + timeoutMs
  let last: unknown
  for (;;) {
    try {
      const result = await look()
      if (result) return result
      last = result
    } catch (error) {
      last = error
    }
    if (performance.now() > deadline) {
      throw new Error(`It did not come true within ${timeoutMs} ms: ${what}`, { cause: last })
    }
    await sleep(everyMs)
  }
}

/** As `eventually`, for assertions: passes when they no longer throw. */
export async function settles(assert: () => Promise<void>, { timeoutMs = 40_000, everyMs = 100 } = {}): Promise<void> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    try {
      await assert()
      return
    } catch (error) {
      if (performance.now() > deadline) throw error
    }
    await sleep(everyMs)
  }
}

/** How often each of these stands in a list. */
export function occurrences(ids: readonly string[], wanted: readonly string[]): number[] {
  return wanted.map((id) => ids.filter((one) => one === id).length)
}

let photo: Uint8Array<ArrayBuffer> | undefined

/** A PNG of 64 × 64: small, so that processing it costs little. */
export function smallPhoto(): Uint8Array<ArrayBuffer> {
  if (photo) return photo
  const size = 64
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const pixels = Buffer.alloc(size * (1 + size * 3))
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) pixels.set([x * 4, y * 4, 128], y * (1 + size * 3) + 1 + x * 3)
  }
  photo = Uint8Array.from(
    Buffer.concat([
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      chunk('IHDR', header),
      chunk('IDAT', deflateSync(pixels)),
      chunk('IEND', Buffer.alloc(0)),
    ]),
  )
  return photo
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}
