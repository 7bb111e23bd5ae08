import type { Notification, Page, Person as Profile, Post } from '@daguerre/contracts'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { system } from '../../setup/system.ts'
import { healed, metricsOf, sumOf } from './support/inside.ts'
import {
  comment,
  expectOk,
  follow,
  homeFeed,
  newPerson,
  notifications,
  type Person,
  post,
  settles,
} from './support/world.ts'

let ann: Person
let bob: Person
let shown: Post

beforeAll(async () => {
  ann = await newPerson('ann')
  bob = await newPerson('bob', { photo: false })
  await follow(bob, ann)
  await follow(ann, bob)
  shown = await post(ann, 'seen through caches')
  await expectOk(ann.send('POST', `/api/v1/posts/${shown.id}/like`))
  await comment(ann, shown.id, 'seen too')
  await settles(async () => {
    expect((await homeFeed(bob)).map(({ id }) => id)).toContain(shown.id)
    expect((await notifications(bob)).map(({ kind }) => kind).toSorted()).toEqual(['followed', 'posted'])
  })
})

afterEach(healed)

/** Everywhere that another service than user shows a person. */
function places(): string[] {
  return [
    ...[`/api/v1/posts/${shown.id}`, `/api/v1/users/${ann.id}/posts`, '/api/v1/feed/home?limit=5'],
    ...[`/api/v1/posts/${shown.id}/likes`, `/api/v1/posts/${shown.id}/comments`, '/api/v1/notifications'],
  ]
}

async function answers(): Promise<Record<string, unknown>> {
  const entries = await Promise.all(
    places().map(async (path) => {
      const { status, degraded, body, durationMs } = await bob.get(path)
      expect([path, status, degraded]).toEqual([path, 200, []])
      expect(durationMs, path).toBeLessThan(5000)
      return [path, body] as const
    }),
  )
  return Object.fromEntries(entries)
}

/** The same when sidecars have noticed that what was started again is there: they look every 2 s. */
async function wholeAnswers(): Promise<Record<string, unknown>> {
  let whole: Record<string, unknown> = {}
  await settles(
    async () => {
      whole = await answers()
    },
    { timeoutMs: 10_000 },
  )
  return whole
}

/** The name by which each place shows Ann. */
async function namesOfAnn(): Promise<string[]> {
  const people = new Set<string>()
  for (const body of Object.values(await answers())) {
    const text = JSON.stringify(body)
    const pattern = new RegExp(`"id":"${ann.id}","username":"[^"]*","displayName":"([^"]*)"`, 'g')
    for (const [, name = ''] of text.matchAll(pattern)) people.add(name)
  }
  return [...people]
}

async function rename(displayName: string): Promise<void> {
  await expectOk(ann.send<Profile>('PATCH', '/api/v1/users/me', { displayName }))
}

test('after a change of a profile every other service shows the new name within seconds', async () => {
  await answers()
  await rename('Ann the First')
  await settles(async () => expect(await namesOfAnn()).toEqual(['Ann the First']), { timeoutMs: 5000 })
})

test('with the state store away every answer is the same', async () => {
  const before = await wholeAnswers()
  await system.stop('redis-cache')
  expect(await answers()).toEqual(before)
  // Nothing is left in the memory of the services either.
  const services = ['post', 'interaction', 'notification', 'feed']
  for (const name of services) await system.kill(name)
  await system.waitReady(services)
  expect(await wholeAnswers()).toEqual(before)
  expect(sumOf(await metricsOf('interaction'), 'cache_store_failures_total')).toBeGreaterThan(0)
})

test('with the state store away a new name is shown within seconds too', async () => {
  await wholeAnswers()
  await system.stop('redis-cache')
  await rename('Ann the Second')
  await settles(async () => expect(await namesOfAnn()).toEqual(['Ann the Second']), { timeoutMs: 5000 })
  // What the store kept from before does not come back with it.
  await system.start('redis-cache')
  if ((await system.instances('post')).length > 1) {
    // Of several instances one was told and deletes it when it can; until then another may read it once more.
    await settles(async () => expect(await namesOfAnn()).toEqual(['Ann the Second']), { timeoutMs: 15_000 })
  }
  for (let i = 0; i < 10; i++) {
    expect(await namesOfAnn()).toEqual(['Ann the Second'])
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
})

test('a sidecar that starts while the state store is away serves all the same', async () => {
  const before = await wholeAnswers()
  await system.stop('redis-cache')
  await system.stop('post-sidecar')
  await system.start('post-sidecar')
  await system.waitReady(['post-sidecar', 'post'], 30_000)
  await settles(async () => expect(await answers()).toEqual(before), { timeoutMs: 10_000 })
  const made = await post(ann, 'without a cache')
  await settles(async () => {
    const { items } = await expectOk(bob.get<Page<Post>>('/api/v1/feed/home?limit=3'))
    expect(items.map(({ id }) => id)).toContain(made.id)
    const told = await expectOk(bob.get<Page<Notification>>('/api/v1/notifications'))
    expect(told.items.map(({ post }) => post?.id)).toContain(made.id)
  })
  // The next start finds the store again.
  await system.start('redis-cache')
  await system.kill('post-sidecar')
  await system.waitReady(['post-sidecar', 'post'])
  const { url, token } = await system.sidecar('post')
  const state = await fetch(`${url}/v1.0/state/statestore/nothing`, { headers: { 'dapr-api-token': token } })
  expect(state.status).toBe(204)
})
