import { type Media, Notification, Person as Profile, Post } from '@daguerre/contracts'
import { waitFor } from '@daguerre/kit/testing'
import { beforeAll, expect, test } from 'vitest'
import { system } from '../../setup/system.ts'
import { api, type Caller, done, read } from '../support/api.ts'
import { follow, type Person, signInAgain, signUp } from '../support/people.ts'
import { readyPhoto } from '../support/photos.ts'
import { allOf, like } from '../support/posts.ts'
import { settled } from '../support/soon.ts'

/** As the issue has it: from the answer to a change on, for the bytes at the origin. */
const shutWithinMs = 5_000

let ann: Person
let fan: Person
let stranger: Person
beforeAll(async () => {
  ;[ann, fan, stranger] = await Promise.all([signUp('ann'), signUp('fan'), signUp('stranger')])
  await follow(fan, ann)
})

async function statusOf(path: string): Promise<number> {
  const answer = await fetch(new URL(path, system.url))
  await answer.body?.cancel()
  return answer.status
}

async function publish(audience: string): Promise<{ post: Post; plain: string }> {
  const photo = await readyPhoto(ann)
  const media = [{ mediaId: photo.id, altText: '' }]
  const post = await read(Post, api(ann).post('/api/v1/posts', { caption: '', media, audience }), 201)
  return { post, plain: `/media/${photo.id}/small.webp` }
}

function small(media: Media | undefined): string {
  return media!.variants.find(({ name }) => name === 'small')!.url
}

async function pathFor(viewer: Caller, post: Post): Promise<string> {
  return small((await read(Post, api(viewer).get(`/api/v1/posts/${post.id}`))).media[0])
}

async function isShut(...paths: string[]): Promise<void> {
  await waitFor(async () => (await Promise.all(paths.map(statusOf))).every((status) => status === 404), {
    what: `${paths.length} paths are shut`,
    timeoutMs: shutWithinMs,
    intervalMs: 100,
  })
}

test('a photo of a post for followers is fetched by grants of theirs, wherever they see it, and not at all without', async () => {
  const { post, plain } = await publish('followers')
  const paths = [await pathFor(ann, post), await pathFor(fan, post)]
  await settled(async () => {
    const [shown] = await allOf(Post, fan, '/api/v1/feed/home')
    expect(shown?.id).toBe(post.id)
    paths.push(small(shown!.media[0]))
  })
  for (const list of [`/api/v1/users/${ann.id}/posts`, '/api/v1/users/me/saved']) {
    if (list.endsWith('saved')) await done(api(fan).put(`/api/v1/posts/${post.id}/save`))
    const shown = (await allOf(Post, fan, list)).find(({ id }) => id === post.id)
    paths.push(small(shown!.media[0]))
  }
  await like(fan, post.id)
  await settled(async () => {
    const [told] = await allOf(Notification, ann, '/api/v1/notifications')
    expect(told?.post?.id).toBe(post.id)
    paths.push(told!.post!.thumbnailUrl!)
  })
  for (const path of paths) expect([path.includes('?grant='), await statusOf(path)]).toEqual([true, 200])
  expect(await statusOf(plain)).toBe(404)
  expect((await api(stranger).get(`/api/v1/media/${post.media[0]!.id}`)).status).toBe(404)
  const answer = await fetch(new URL(paths[1]!, system.url))
  expect(answer.headers.get('cache-control')).toMatch(/^private, max-age=\d+$/)
})

test('who signs out, stops following, is blocked or shut out by a narrower audience loses the photo within seconds', async () => {
  const { post } = await publish('followers')
  const other = await signInAgain(fan)
  const path = await pathFor(other, post)
  expect(await statusOf(path)).toBe(200)
  await done(api(other).post('/api/v1/auth/logout'))
  await isShut(path)

  const again = await pathFor(fan, post)
  expect(await statusOf(again)).toBe(200)
  await done(api(fan).delete(`/api/v1/users/${ann.id}/follow`))
  await isShut(again)
  await follow(fan, ann)
  expect(await statusOf(again)).toBe(200)
  await done(api(ann).put(`/api/v1/users/${fan.id}/block`))
  await isShut(again)
  await done(api(ann).delete(`/api/v1/users/${fan.id}/block`))
  await follow(fan, ann)
  expect(await statusOf(again)).toBe(200)
  await read(Post, api(ann).patch(`/api/v1/posts/${post.id}`, { audience: 'only_me' }))
  await isShut(again)
  expect(await statusOf(await pathFor(ann, post))).toBe(200)
})

test('a public photo is there for everybody to keep, until its post is for fewer, its account private, or it is deleted', async () => {
  const [narrowed, closed, deleted] = await Promise.all([publish('public'), publish('public'), publish('public')])
  for (const { post, plain } of [narrowed, closed, deleted]) {
    expect(await pathFor(stranger, post)).toBe(plain)
    const answer = await fetch(new URL(plain, system.url))
    await answer.body?.cancel()
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable'])
  }
  await read(Post, api(ann).patch(`/api/v1/posts/${narrowed.post.id}`, { audience: 'followers' }))
  await isShut(narrowed.plain)
  await done(api(ann).delete(`/api/v1/posts/${deleted.post.id}`))
  await isShut(deleted.plain)
  await read(Profile, api(ann).patch('/api/v1/users/me', { private: true }))
  await isShut(closed.plain)
  expect(await statusOf(await pathFor(fan, closed.post))).toBe(200)
  await read(Profile, api(ann).patch('/api/v1/users/me', { private: false }))
  expect(await statusOf(closed.plain)).toBe(200)
  await read(Post, api(ann).patch(`/api/v1/posts/${narrowed.post.id}`, { audience: 'public' }))
  expect(await statusOf(narrowed.plain)).toBe(200)
})
