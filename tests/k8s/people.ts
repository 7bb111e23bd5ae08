import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import sharp from 'sharp'
import type { Media } from '@daguerre/contracts'
import type { LoadPerson, Post } from './load-plan.ts'

/** Asks the public door; throws where the answer is none of success. */
export async function ask<Body>(
  url: string,
  method: string,
  path: string,
  token?: string,
  body?: object,
): Promise<Body> {
  const isForm = body instanceof FormData
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && !isForm && { 'content-type': 'application/json' }),
    },
    ...(body && { body: isForm ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path} answers ${response.status}: ${text.slice(0, 300)}`)
  return (text === '' ? undefined : JSON.parse(text)) as Body
}

export interface Community {
  people: LoadPerson[]
  /** Their first posts. */
  posts: Post[]
  /** When the first of them came. */
  since: Date
}

/** People who all follow each other, each with a photo and a first post, and with a home feed that is there. */
export async function makeCommunity(url: string, size: number): Promise<Community> {
  const since = new Date()
  const photo = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#a85' } })
    .png()
    .toBuffer()
  const people: LoadPerson[] = []
  const posts: Post[] = []
  for (let number = 0; number < size; number++) {
    const username = `load${randomBytes(5).toString('hex')}`
    const account = { username, email: `${username}@example.org`, password: randomBytes(12).toString('hex') }
    const { user, accessToken: token } = await ask<{ user: { id: string }; accessToken: string }>(
      url,
      'POST',
      '/api/v1/auth/register',
      undefined,
      account,
    )
    const form = new FormData()
    form.append('file', new Blob([Uint8Array.from(photo)], { type: 'image/png' }), 'photo.png')
    const { id: mediaId } = await ask<{ id: string }>(url, 'POST', '/api/v1/media/upload', token, form)
    people.push({ id: user.id, username, token, mediaId, photos: [] })
  }
  for (const person of people) {
    await until(async () => {
      const { state, variants } = await ask<Media>(url, 'GET', `/api/v1/media/${person.mediaId}`, person.token)
      person.photos = variants.map((variant) => new URL(variant.url, url).pathname)
      return state === 'ready'
    }, `the photo of ${person.username}`)
    for (const other of people) {
      if (other !== person) await ask(url, 'PUT', `/api/v1/users/${other.id}/follow`, person.token)
    }
  }
  // Timelines that are there: what is posted from here on comes to them by events.
  for (const { token } of people) await ask(url, 'GET', '/api/v1/feed/home', token)
  for (const person of people) posts.push(await firstPost(url, person))
  return { people, posts, since }
}

async function firstPost(url: string, { id: authorId, token, mediaId }: LoadPerson): Promise<Post> {
  const body = { caption: 'the first', media: [{ mediaId, altText: '' }] }
  const { id } = await ask<{ id: string }>(url, 'POST', '/api/v1/posts', token, body)
  await until(async () => {
    const { state } = await ask<{ state: string }>(url, 'GET', `/api/v1/posts/${id}`, token)
    return state === 'published'
  }, `post ${id} is published`)
  return { id, authorId }
}

async function until(look: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + 60_000
  while (!(await look())) {
    if (performance.now() > deadline) throw new Error(`Not within 60 s: ${what}`)
    await sleep(100)
  }
}
