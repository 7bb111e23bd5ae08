import { crc32, deflateSync } from 'node:zlib'
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from '../command.ts'
import { Failure } from '../failure.ts'
import { openHome } from '../home.ts'
import { readState } from '../supervisor.ts'

export const command: Command = {
  usage: '[URL]',
  about: 'Walks the main path through the public API of a running system: two new people, a photo, a post, a feed.',
  maxWords: 1,
  async run({ words }) {
    const url = (words[0] ?? readState(openHome()).url)?.replace(/\/$/, '')
    if (!url) throw new Failure('Nothing runs from this home. Start it with npm start, or name the URL of a system.')
    await walk(url)
    console.log(`The main path works at ${url}.`)
  },
}

interface Person {
  user: { id: string; username: string }
  accessToken: string
}

interface Media {
  id: string
  state: string
  reason: string | null
  variants: { name: string; url: string; width: number }[]
}

interface Page<Item> {
  items: Item[]
}

async function walk(url: string): Promise<void> {
  const name = `verify_${randomBytes(4).toString('hex')}`
  const [anna, ben] = await step('register two people', () =>
    Promise.all([register(url, `${name}_a`), register(url, `${name}_b`)]),
  )
  const uploaded = await step('upload a photo', () => upload(url, anna))
  const media = await step('wait until it is processed', () => processed(url, anna, uploaded.id))
  await step('fetch a variant of it', async () => {
    const variant = media.variants[0]
    if (!variant) throw new Failure('The media has no variants.')
    const response = await fetch(new URL(variant.url, url))
    const bytes = await response.arrayBuffer()
    if (!response.ok || bytes.byteLength === 0) throw new Failure(`${variant.url} answers ${response.status}.`)
  })
  await step('follow', () => call(url, ben, 'PUT', `users/${anna.user.id}/follow`))
  const post = await step('post', async () => {
    const body = { caption: `Verified with #${name}`, media: [{ mediaId: media.id, altText: 'Colours' }] }
    return (await call(url, anna, 'POST', 'posts', body)) as { id: string }
  })
  await step("find it in the follower's home feed", () =>
    until(async () => {
      const { items } = (await call(url, ben, 'GET', 'feed/home')) as Page<{ id: string }>
      return items.some(({ id }) => id === post.id)
    }, 'The post did not come to the home feed within 30 s.'),
  )
  await step('like and comment on it', async () => {
    await call(url, ben, 'POST', `posts/${post.id}/like`)
    await call(url, ben, 'POST', `posts/${post.id}/comments`, { text: 'Lovely' })
  })
  await step('find the like and the comment in what others see', () =>
    until(async () => {
      const { counts } = (await call(url, anna, 'GET', `posts/${post.id}`)) as {
        counts: { likes: number; comments: number }
      }
      return counts.likes === 1 && counts.comments === 1
    }, 'The counts were not right within 30 s.'),
  )
  await step('find the notifications', () =>
    until(async () => {
      const { items } = (await call(url, anna, 'GET', 'notifications')) as Page<{ kind: string }>
      const kinds = items.map(({ kind }) => kind)
      return ['followed', 'liked', 'commented'].every((kind) => kinds.includes(kind))
    }, 'The notifications did not come within 30 s.'),
  )
  await step('delete the post', async () => {
    await call(url, anna, 'DELETE', `posts/${post.id}`)
    await until(async () => {
      const { items } = (await call(url, ben, 'GET', 'feed/home')) as Page<{ id: string }>
      return !items.some(({ id }) => id === post.id)
    }, 'The deleted post did not leave the home feed within 30 s.')
  })
}

async function step<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  const began = performance.now()
  try {
    const result = await work()
    console.log(`  ✓ ${name} (${Math.round(performance.now() - began)} ms)`)
    return result
  } catch (error) {
    console.log(`  ✗ ${name}`)
    throw error instanceof Failure ? error : new Failure(`${name}: ${causeOf(error)}`)
  }
}

function causeOf(error: unknown): string {
  const { message, cause } = error as Error
  return cause instanceof Error ? `${message} (${cause.message})` : message
}

async function until(attempt: () => Promise<boolean>, sentence: string): Promise<void> {
  const deadline = performance.now() + 30_000
  while (!(await attempt())) {
    if (performance.now() > deadline) throw new Failure(sentence)
    await sleep(100)
  }
}

async function register(url: string, username: string): Promise<Person> {
  const body = { email: `${username}@example.org`, username, password: randomBytes(12).toString('base64url') }
  return (await call(url, null, 'POST', 'auth/register', body)) as Person
}

async function upload(url: string, person: Person): Promise<Media> {
  const form = new FormData()
  form.set('file', new Blob([gradient(1200, 800)], { type: 'image/png' }), 'gradient.png')
  return (await call(url, person, 'POST', 'media/upload', form)) as Media
}

async function processed(url: string, person: Person, id: string): Promise<Media> {
  let media: Media | undefined
  await until(async () => {
    media = (await call(url, person, 'GET', `media/${id}`)) as Media
    if (media.state === 'failed') throw new Failure(`The photo could not be processed: ${media.reason}`)
    return media.state === 'ready'
  }, 'The photo was not processed within 30 s.')
  return media as Media
}

async function call(url: string, person: Person | null, method: string, path: string, body?: object): Promise<unknown> {
  const isForm = body instanceof FormData
  const response = await fetch(`${url}/api/v1/${path}`, {
    method,
    headers: {
      ...(person ? { authorization: `Bearer ${person.accessToken}` } : {}),
      ...(body && !isForm ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: isForm ? body : JSON.stringify(body) } : {}),
    signal: AbortSignal.timeout(30_000),
  })
  const text = await response.text()
  if (!response.ok) throw new Failure(`${method} /api/v1/${path} answers ${response.status}: ${text.slice(0, 500)}`)
  return text === '' ? null : JSON.parse(text)
}

/** A PNG of its own each time, so that nothing can answer from memory. */
function gradient(width: number, height: number): Buffer<ArrayBuffer> {
  const [seed = 0] = randomBytes(1)
  const rows = Buffer.alloc(height * (1 + width * 3))
  for (let y = 0, at = 0; y < height; y++) {
    rows[at++] = 0
    for (let x = 0; x < width; x++) {
      rows[at++] = (x * 255) / width
      rows[at++] = (y * 255) / height
      rows[at++] = seed
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}
