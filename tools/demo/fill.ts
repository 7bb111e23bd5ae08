import type { Comment, Media, Page, Person, Post, SignedIn } from '@daguerre/contracts'
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, createClient } from './client.ts'
import { commentLikersOf, followedBy, inOrder, likersOf, saversOf } from './community.ts'
import { makeAvatar, makePicture } from './make-picture.ts'
import { type DemoPerson, people } from './people.ts'
import { sourceOf } from './photographs.ts'
import type { DemoPost } from './posts.ts'

/** All people of the demo sign in with it. It is no secret, so a demo is nothing to show to the internet. */
export const demoPassword = 'silver-on-copper-1839'
export const demoUsername = 'louise'

export interface FillOptions {
  /** Where the gateway listens. */
  url: string
  /** The gateway's DAGUERRE_TRUSTED_TOKEN: thirty people from one address are more than its limits let in. */
  trustedToken: string
  signal: AbortSignal
  report: (message: string) => void
}

const sidesAtOnce = 6
// Two hundred photographs on a machine that does much else.
const readyTimeoutMs = 600_000

/**
 * Fills a system with the demo's community through its public API. What is there already is left alone, so a fill
 * that was cut short is continued by the next.
 * @throws Error if the API refuses something, or somebody else has one of the usernames
 */
export async function fillDemo(options: FillOptions): Promise<void> {
  const { report, signal } = options
  const client = createClient(options)
  report(`demo: ${people.length} people`)
  const tokens = await signInAll(client)
  await befriend(client, tokens)
  report(`demo: ${inOrder.length} posts with their photographs`)
  const avatars = await uploadAvatars(client, tokens)
  const [postIds] = await Promise.all([
    publishAll(client, tokens, report),
    setUpProfiles(client, tokens, avatars, signal),
  ])
  // In the order in which media works on the photographs, so that neither waits for all of the other.
  report('demo: likes, comments, saved posts')
  await inParallel([...postIds], sidesAtOnce, async ([post, id]) => {
    const token = tokens.of(post.by)
    await untilReady(signal, async () => (await client.call<Post>('GET', `/api/v1/posts/${id}`, { token })).body)
    for (const name of likersOf(post)) await client.call('POST', `/api/v1/posts/${id}/like`, { token: tokens.of(name) })
    for (const name of saversOf(post)) await client.call('PUT', `/api/v1/posts/${id}/save`, { token: tokens.of(name) })
    await talkAbout(client, tokens, post, id)
  })
}

interface Tokens {
  of(username: string): string
}

async function signInAll(client: Client): Promise<Tokens> {
  const tokens = new Map<string, string>()
  // Hashing passwords takes whole processors.
  await inParallel(people, 2, async ({ username }) => {
    const account = { email: `${username}@demo.example.org`, username, password: demoPassword }
    let answer = await client.call<SignedIn>('POST', '/api/v1/auth/register', { body: account, expected: [409] })
    if (answer.status === 409) {
      const body = { email: account.email, password: demoPassword }
      answer = await client.call<SignedIn>('POST', '/api/v1/auth/login', { body, expected: [401] })
    }
    if (answer.status === 401) {
      throw new Error(`The username ${username} is taken, and its password is not the demo's.`)
    }
    tokens.set(username, answer.body.accessToken)
  })
  return {
    of(username) {
      const token = tokens.get(username)
      if (!token) throw new Error(`Nobody in the demo is called ${username}.`)
      return token
    },
  }
}

async function befriend(client: Client, tokens: Tokens): Promise<void> {
  await inParallel(people, sidesAtOnce, async (person) => {
    for (const followee of followedBy(person)) {
      await client.call('PUT', `/api/v1/users/${followee}/follow`, { token: tokens.of(person.username) })
    }
  })
}

/** Uploads what is missing: the pictures of profiles come before all others into work. */
async function uploadAvatars(client: Client, tokens: Tokens): Promise<Map<DemoPerson, string>> {
  const ids = new Map<DemoPerson, string>()
  await inParallel(people, 3, async (person) => {
    const token = tokens.of(person.username)
    const { body: me } = await client.call<Person>('GET', '/api/v1/users/me', { token })
    if (person.avatar && !me.avatar)
      ids.set(person, await upload(client, token, await makeAvatar(sourceOf(person.avatar))))
  })
  return ids
}

async function setUpProfiles(
  client: Client,
  tokens: Tokens,
  avatars: ReadonlyMap<DemoPerson, string>,
  signal: AbortSignal,
): Promise<void> {
  for (const person of people) {
    const token = tokens.of(person.username)
    const { displayName, bio, website = null } = person
    const avatar = avatars.get(person)
    if (avatar)
      await untilReady(signal, async () => (await client.call<Media>('GET', `/api/v1/media/${avatar}`, { token })).body)
    const body = { displayName, bio, website, ...(avatar ? { avatarMediaId: avatar } : {}) }
    await client.call('PATCH', '/api/v1/users/me', { token, body })
  }
}

/** @returns the ids of all posts; those that were there already keep theirs */
async function publishAll(
  client: Client,
  tokens: Tokens,
  report: (message: string) => void,
): Promise<Map<DemoPost, string>> {
  const known = new Map<string, string>()
  await inParallel(people, sidesAtOnce, async (person) => {
    for (const post of await postsOf(client, person, tokens)) known.set(`${person.username} ${post.caption}`, post.id)
  })
  const ids = new Map<DemoPost, string>()
  let done = 0
  await inParallel(inOrder, 3, async (post) => {
    const id = known.get(`${post.by} ${post.caption}`) ?? (await publish(client, tokens.of(post.by), post))
    ids.set(post, id)
    if (++done % 45 === 0 && done < inOrder.length) report(`demo: ${done} of ${inOrder.length} posts`)
  })
  return ids
}

async function postsOf(client: Client, { username }: DemoPerson, tokens: Tokens): Promise<Post[]> {
  const found: Post[] = []
  let cursor: string | null = null
  do {
    const query = new URLSearchParams({ limit: '50', ...(cursor === null ? {} : { cursor }) })
    const path = `/api/v1/users/${username}/posts?${query.toString()}`
    const { body }: { body: Page<Post> } = await client.call<Page<Post>>('GET', path, { token: tokens.of(username) })
    found.push(...body.items)
    cursor = body.nextCursor
  } while (cursor !== null)
  return found.filter(({ state }) => state !== 'failed')
}

async function publish(client: Client, token: string, { caption, pictures, place }: DemoPost): Promise<string> {
  const media: { mediaId: string; altText: string }[] = []
  for (const picture of pictures) {
    const source = sourceOf(picture)
    media.push({ mediaId: await upload(client, token, await makePicture(source)), altText: source.alt })
  }
  const { body } = await client.call<Post>('POST', '/api/v1/posts', {
    token,
    body: { caption, media, ...(place === undefined ? {} : { location: { name: place } }) },
    idempotencyKey: keyOf('post', caption),
  })
  return body.id
}

async function upload(client: Client, token: string, bytes: Buffer): Promise<string> {
  const form = new FormData()
  form.append('file', new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' }), 'photograph.jpg')
  const idempotencyKey = keyOf('media', bytes)
  const { body } = await client.call<Media>('POST', '/api/v1/media/upload', { token, body: form, idempotencyKey })
  return body.id
}

async function untilReady(
  signal: AbortSignal,
  look: () => Promise<{ id: string; state: Media['state'] | Post['state'] }>,
): Promise<void> {
  const deadline = performance.now() + readyTimeoutMs
  for (;;) {
    const { id, state } = await look()
    if (state === 'ready' || state === 'published') return
    if (state === 'failed') throw new Error(`The photograph or post ${id} failed.`)
    if (performance.now() > deadline) throw new Error(`The photograph or post ${id} is still not ready.`)
    await sleep(400, undefined, { signal })
  }
}

async function talkAbout(client: Client, tokens: Tokens, post: DemoPost, postId: string): Promise<void> {
  if (!post.talk) return
  const token = tokens.of(post.by)
  const known = await commentsOf(client, `/api/v1/posts/${postId}/comments`, token)
  const ids: string[] = []
  for (const { by, text, answers } of post.talk) {
    const parentId = answers === undefined ? undefined : ids[answers]
    const id =
      known.find((comment) => comment.text === text && comment.author.username === by)?.id ??
      (await comment(client, tokens.of(by), postId, { text, ...(parentId ? { parentId } : {}) }))
    ids.push(id)
    for (const name of commentLikersOf(post, text)) {
      await client.call('POST', `/api/v1/comments/${id}/like`, { token: tokens.of(name) })
    }
  }
}

async function comment(
  client: Client,
  token: string,
  postId: string,
  body: { text: string; parentId?: string },
): Promise<string> {
  const idempotencyKey = keyOf('comment', JSON.stringify([postId, body]))
  const path = `/api/v1/posts/${postId}/comments`
  return (await client.call<Comment>('POST', path, { token, body, idempotencyKey })).body.id
}

/** The comments of a post and the replies to them; the demo's posts have less than a page of either. */
async function commentsOf(client: Client, path: string, token: string): Promise<Comment[]> {
  const { body } = await client.call<Page<Comment>>('GET', `${path}?limit=50`, { token })
  const answered = body.items.filter(({ counts }) => counts.replies > 0)
  const replies = await Promise.all(
    answered.map(({ id }) => commentsOf(client, `/api/v1/comments/${id}/replies`, token)),
  )
  return [...body.items, ...replies.flat()]
}

function keyOf(kind: string, content: string | Buffer): string {
  return `demo-${kind}-${createHash('sha256').update(content).digest('hex').slice(0, 32)}`
}

/** Works on so many at a time, in order; the first error ends it. */
async function inParallel<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values()
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const item of queue) await work(item)
    }),
  )
}
