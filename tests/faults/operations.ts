import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Media, Page, Post } from '@daguerre/contracts'
import { type Answer, ask as askDoor, type Person, personOf, smallPhoto } from '../e2e/faults/support/world.ts'
import type { Model, Span } from './model.ts'
import type { Operation, Step } from './sequence.ts'

/** The people of one sequence in the running system: what its names stand for. */
export interface Cast {
  people: Map<string, Person>
  posts: Map<string, string>
  comments: Map<string, string>
}

export function newCast(): Cast {
  return { people: new Map(), posts: new Map(), comments: new Map() }
}

/** Of everybody: who looks, looks on all of them, one some milliseconds after the other. */
const devices = [0, 1, 2, 3]
const deviceDelayMs = 8
const patienceMs = 120_000
const photoPatienceMs = 15_000

interface Outcome<Body> extends Answer<Body> {
  span: Span
  /** It was sent before and may have been done then. */
  isRepeated: boolean
}

/** Asks until there is an answer that says what became of it: a fault may take away any number of them. */
async function insist<Body>(
  who: Person | undefined,
  method: string,
  path: string,
  { body, key }: { body?: unknown; key?: string } = {},
): Promise<Outcome<Body>> {
  const from = Date.now()
  let last: unknown
  for (let tries = 0; Date.now() - from < patienceMs; tries++) {
    try {
      const headers = key === undefined ? {} : { 'idempotency-key': key }
      const answer = await askDoor<Body>(method, path, { body, headers, token: who?.token })
      if (!isPassing(answer)) return { ...answer, span: { from, to: Date.now() }, isRepeated: tries > 0 }
      last = `${answer.status} ${JSON.stringify(answer.body)}`
    } catch (error) {
      if ((error as Error).message.includes('was answered with 500')) throw error
      last = error
    }
    await sleep(200)
  }
  throw new Error(`${method} ${path} was not answered within ${patienceMs / 1000} s.`, { cause: last })
}

function isPassing({ status, body }: Answer<unknown>): boolean {
  return status >= 502 || status === 429 || (body as { code?: string } | undefined)?.code === 'idempotency.in_progress'
}

function expectStatus(outcome: Outcome<unknown>, operation: string, ...allowed: number[]): void {
  if (allowed.includes(outcome.status)) return
  throw new Error(`${operation} was answered with ${outcome.status}: ${JSON.stringify(outcome.body)}`)
}

/** Does a step on the system and in the model: its strands side by side, the operations of each in their order. */
export async function perform(step: Step, cast: Cast, model: Model): Promise<void> {
  const missing: { operation: Operation; post: string }[] = []
  for (const operation of step.strands.flat()) model.unsettle(operation)
  await Promise.all(
    step.strands.map(async (strand) => {
      for (const operation of strand) await act(operation)
    }),
  )
  for (const { operation, post } of missing) {
    // Its deletion in the same step may have come first; nothing else takes a post away.
    const isOwn = operation.do === 'delete'
    if (isOwn || !model.isDeleted(post))
      throw new Error(`${operation.who} ${operation.do} ${post}: not found, but it is there.`)
  }

  async function act(operation: Operation): Promise<void> {
    const { who } = operation
    switch (operation.do) {
      case 'register':
        return await register(who, cast, model)
      case 'look':
        return void (await Promise.all(devices.map((device) => look(who, device, cast, model))))
      case 'follow':
      case 'unfollow': {
        const { whom } = operation
        const path = `/api/v1/users/${need(cast.people, whom).id}/follow`
        const outcome = await ask(operation, operation.do === 'follow' ? 'PUT' : 'DELETE', path, [204])
        return model[operation.do](who, whom, outcome.span)
      }
      case 'post':
        return await post(operation)
      case 'delete': {
        const outcome = await ask(operation, 'DELETE', pathOf(operation.post), [204, 404])
        if (outcome.status === 404 && !outcome.isRepeated) missing.push({ operation, post: operation.post })
        return model.delete(operation.post)
      }
      case 'like':
      case 'unlike': {
        const method = operation.do === 'like' ? 'POST' : 'DELETE'
        const outcome = await ask(operation, method, `${pathOf(operation.post)}/like`, [200, 204, 404])
        if (outcome.status === 404) return void missing.push({ operation, post: operation.post })
        return model[operation.do](who, operation.post, outcome.span)
      }
      case 'comment': {
        const sent = { body: { text: operation.comment }, key: randomUUID() }
        const path = `${pathOf(operation.post)}/comments`
        const outcome = await ask<{ id: string }>(operation, 'POST', path, [201, 404], sent)
        if (outcome.status === 404) return void missing.push({ operation, post: operation.post })
        cast.comments.set(operation.comment, outcome.body.id)
        return model.comment(who, operation.post, operation.comment, outcome.span)
      }
      case 'delete-comment': {
        const path = `/api/v1/comments/${need(cast.comments, operation.comment)}`
        const outcome = await ask(operation, 'DELETE', path, [204, 404])
        if (outcome.status === 404 && !outcome.isRepeated) missing.push({ operation, post: operation.post })
        return model.deleteComment(operation.post, operation.comment)
      }
    }
  }

  async function post(operation: Operation & { do: 'post' | 'delete' | 'like' | 'unlike' }): Promise<void> {
    const author = need(cast.people, operation.who)
    // One of its own: a photo goes with its last post.
    const body = { caption: operation.post, media: [{ mediaId: await readyPhoto(author), altText: '' }] }
    const sent = { body, key: randomUUID() }
    const outcome = await ask<Post>(operation, 'POST', '/api/v1/posts', [201], sent)
    const { id } = outcome.body
    if (outcome.body.state !== 'published') await untilPublished(author, id)
    cast.posts.set(operation.post, id)
    model.post(operation.post, { id, author: operation.who }, { from: outcome.span.from, to: Date.now() })
  }

  async function ask<Body>(
    operation: Operation,
    method: string,
    path: string,
    statuses: number[],
    sent: { body?: unknown; key?: string } = {},
  ): Promise<Outcome<Body>> {
    const outcome = await insist<Body>(need(cast.people, operation.who), method, path, sent)
    expectStatus(outcome, `${method} ${path}`, ...statuses)
    return outcome
  }

  function pathOf(post: string): string {
    return `/api/v1/posts/${need(cast.posts, post)}`
  }
}

async function register(who: string, cast: Cast, model: Model): Promise<void> {
  const username = `${who}_${randomBytes(6).toString('hex')}`
  const account = { username, email: `${username}@example.org`, password: randomBytes(12).toString('hex') }
  let outcome = await insist<SignedIn>(undefined, 'POST', '/api/v1/auth/register', { body: account })
  if (outcome.status === 409 && outcome.isRepeated) {
    const credentials = { login: username, password: account.password }
    outcome = await insist<SignedIn>(undefined, 'POST', '/api/v1/auth/login', { body: credentials })
  }
  expectStatus(outcome, `${who} register`, 200, 201)
  const { user, accessToken } = outcome.body
  cast.people.set(who, personOf({ id: user.id, username, token: accessToken, mediaId: '' }))
  model.register(who)
}

interface SignedIn {
  user: { id: string }
  accessToken: string
}

/** A photo that is ready. One whose processing was cut off is left for another. */
async function readyPhoto(person: Person): Promise<string> {
  for (;;) {
    const form = new FormData()
    form.append('file', new Blob([smallPhoto()], { type: 'image/png' }), 'photo.png')
    const uploaded = await insist<Media>(person, 'POST', '/api/v1/media/upload', { body: form })
    expectStatus(uploaded, 'the upload of a photo', 201)
    const { id } = uploaded.body
    const until = Date.now() + photoPatienceMs
    while (Date.now() < until) {
      const { body } = await insist<Media>(person, 'GET', `/api/v1/media/${id}`)
      if (body.state === 'ready') return id
      await sleep(100)
    }
  }
}

async function untilPublished(person: Person, postId: string): Promise<void> {
  const until = Date.now() + patienceMs
  while (Date.now() < until) {
    const { body } = await insist<Post>(person, 'GET', `/api/v1/posts/${postId}`)
    if (body.state === 'published') return
    await sleep(100)
  }
  throw new Error(`Post ${postId} of a photo that is ready was not published within ${patienceMs / 1000} s.`)
}

/** Reads the home feed to its end. Whatever is happening, it is in order, has nothing twice and lacks nothing settled. */
async function look(who: string, device: number, cast: Cast, model: Model): Promise<void> {
  await sleep(device * deviceDelayMs)
  const ids: string[] = []
  let cursor: string | null = null
  do {
    const query: string = cursor === null ? 'limit=5' : `limit=5&cursor=${encodeURIComponent(cursor)}`
    const path = `/api/v1/feed/home?${query}`
    const outcome: Outcome<Page<Post>> = await insist(need(cast.people, who), 'GET', path)
    expectStatus(outcome, `GET ${path}`, 200)
    ids.push(...outcome.body.items.map(({ id }) => id))
    cursor = outcome.body.nextCursor
  } while (cursor !== null)
  const isInOrder = ids.every((id, index) => index === 0 || id < ids[index - 1]!)
  if (!isInOrder) throw new Error(`The home feed of ${who} is not in order: ${ids.join(' ')}`)
  const missing = model.settled(who).filter((post) => !ids.includes(need(cast.posts, post)))
  if (missing.length > 0) throw new Error(`The home feed of ${who} lacks ${missing.join(', ')}, which were in it.`)
}

function need<Value>(map: Map<string, Value>, name: string): Value {
  const value = map.get(name)
  if (value === undefined) throw new Error(`There is no ${name} in the system.`)
  return value
}
