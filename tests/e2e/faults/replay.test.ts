import { setTimeout as sleep } from 'node:timers/promises'
import type { Notification, Post } from '@daguerre/contracts'
import { Redis } from 'ioredis'
import { MongoClient } from 'mongodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { system } from '../../setup/system.ts'
import { askInside, runCommand, waitUntilPublished } from './support/inside.ts'
import {
  ask,
  comment,
  eventually,
  expectOk,
  follow,
  homeFeed,
  newPerson,
  notifications,
  type Person,
  post,
  settles,
} from './support/world.ts'

const people: Person[] = []
let redis: Redis
let mongo: MongoClient
const began = new Date(Date.now() - 60_000).toISOString()

beforeAll(async () => {
  redis = new Redis(system.environment('feed')['REDIS_URL'] ?? '')
  mongo = await MongoClient.connect(system.environment('notification')['MONGODB_URL'] ?? '')
  for (const name of ['ada', 'ben', 'cleo', 'dora']) people.push(await newPerson(name))
  await makeHistory()
})

afterAll(async () => {
  redis.disconnect()
  await mongo.close()
})

/** Everything that an event tells of, taken back in part. */
async function makeHistory(): Promise<void> {
  for (const follower of people) {
    for (const followee of people) if (follower !== followee) await follow(follower, followee)
  }
  const [ada, ben, cleo, dora] = people as [Person, Person, Person, Person]
  // A first page makes the timelines; what follows comes by events.
  for (const person of people) await expectOk(person.get('/api/v1/feed/home'))
  const posts: Post[] = []
  for (let i = 0; i < 24; i++) {
    const author = people[i % people.length]!
    const mention = people[(i + 1) % people.length]!
    posts.push(await post(author, i % 6 === 0 ? `number ${i} for @${mention.username}` : `number ${i}`))
  }
  for (const [index, { id }] of posts.entries()) {
    for (const [who, person] of people.entries()) {
      if ((index + who) % 3 === 0) await expectOk(person.send('POST', `/api/v1/posts/${id}/like`))
      if ((index + who) % 6 === 0) await expectOk(person.send('DELETE', `/api/v1/posts/${id}/like`))
    }
    if (index % 4 === 0) {
      const said = await comment(ben, id, `about ${index}, @${dora.username}`)
      if (index % 8 === 0) await expectOk(ben.send('DELETE', `/api/v1/comments/${said.id}`))
    }
  }
  for (const gone of [posts[3]!, posts[9]!]) {
    const author = people.find(({ id }) => id === gone.author.id)!
    await expectOk(author.send('DELETE', `/api/v1/posts/${gone.id}`))
  }
  await expectOk(cleo.send('DELETE', `/api/v1/users/${ada.id}/follow`))
  await expectOk(dora.send('DELETE', `/api/v1/users/${ben.id}/follow`))
  await follow(dora, ben)
  await quiet()
}

/** Waits until what every person sees does not change any more. */
async function quiet(): Promise<void> {
  for (const app of ['user', 'post', 'interaction']) await waitUntilPublished(app)
  let before = ''
  await eventually(
    'everything has arrived',
    async () => {
      const now = JSON.stringify([await feeds(), await told()])
      const same = now === before
      before = now
      return same
    },
    { everyMs: 1500 },
  )
}

async function feeds(): Promise<Post[][]> {
  return await Promise.all(people.map(homeFeed))
}

async function told(): Promise<Notification[][]> {
  return await Promise.all(people.map(notifications))
}

/** Runs a replay to its end, while somebody reads all the time. Returns the statuses of the reads. */
async function replay(app: string): Promise<{ applied: number; statuses: Set<number> }> {
  const statuses = new Set<number>()
  let running = true
  const reading = (async () => {
    while (running) {
      for (const person of people) {
        statuses.add((await person.get(`/api/v1/feed/home?limit=5`)).status)
        statuses.add((await person.get(`/api/v1/notifications?limit=5`)).status)
      }
      await sleep(20)
    }
  })()
  const said = await runCommand('replay', '--service', app, '--from', began)
  running = false
  await reading
  expect(said).toContain(`The projection of ${app} is rebuilt`)
  return { applied: Number(/(\d+) applied/.exec(said.split('\n').at(-3) ?? '')?.[1]), statuses }
}

test('feed: after a replay, home timelines with holes and lost ones are as they were before', async () => {
  const before = await feeds()
  const [ada, ben, cleo, dora] = people as [Person, Person, Person, Person]
  expect(before.every((feed) => feed.length > 15)).toBe(true)
  // Holes; nothing but the people themselves; everything lost; an edge lost.
  const members = await redis.zrange(`home:{${ada.id}}`, '0', '-1')
  await redis.zrem(`home:{${ada.id}}`, ...members.filter((_member, index) => index % 2 === 0))
  await redis.del(`home:{${ben.id}}`)
  await redis.del(`home:{${cleo.id}}`, `home:{${cleo.id}}:edges`)
  await redis.hdel(`home:{${dora.id}}:edges`, ben.id)
  await redis.zrem(`home:{${dora.id}}`, ...(await redis.zrange(`home:{${dora.id}}`, '0', '-1')).slice(3))
  expect(await feeds()).not.toEqual(before)

  const { applied, statuses } = await replay('feed')
  expect(applied).toBeGreaterThan(30)
  expect([...statuses]).toEqual([200])
  await settles(async () => expect(await feeds()).toEqual(before), { timeoutMs: 10_000 })
})

test('notification: after a replay, what was lost is as it was, and what was read stays read', async () => {
  const [ada, ben, cleo] = people as [Person, Person, Person, Person]
  const listed = await notifications(ada)
  await expectOk(ada.send('POST', `/api/v1/notifications/${listed[2]!.id}/read`))
  await expectOk(ben.send('POST', '/api/v1/notifications/read', { upTo: null }))
  const before = await told()
  expect(before[1]!.every(({ read }) => read)).toBe(true)

  // Entries here; groups there; of somebody who has read nothing both, and what is known of posts.
  const db = mongo.db()
  expect((await db.collection('entry').deleteMany({ recipientId: ada.id })).deletedCount).toBeGreaterThan(3)
  const lost = listed.filter(({ read }) => !read).slice(3, 8)
  await db.collection<{ _id: string }>('group').deleteMany({ _id: { $in: lost.map(({ id }) => id) } })
  // What was counted is counted again; an announcement has nothing to be counted from but itself.
  const counted = { recipientId: ben.id, kind: { $ne: 'posted' } }
  await db.collection('group').updateMany(counted, { $set: { actors: [], actorCount: 0, live: false } })
  await db.collection('group').deleteMany({ recipientId: cleo.id })
  await db.collection('entry').deleteMany({ recipientId: cleo.id })
  await db.collection('post_ref').deleteMany({})
  expect(await told()).not.toEqual(before)

  const { statuses } = await replay('notification')
  expect([...statuses]).toEqual([200])
  await settles(async () => expect(await told()).toEqual(before), { timeoutMs: 10_000 })
})

test('a replay asked for while one runs, or of no time, is refused, and needs the sidecar', async () => {
  // One at a time in an instance.
  const feed = (await system.instances('feed'))[0]!
  expect((await askInside(feed, 'POST', '/internal/replay', { from: 'yesterday' })).status).toBe(422)
  const both = await Promise.all([
    askInside(feed, 'POST', '/internal/replay', { from: began }),
    askInside(feed, 'POST', '/internal/replay', { from: began }),
  ])
  expect(both.map(({ status }) => status).toSorted()).toEqual([202, 409])
  expect((await ask('POST', '/internal/replay', { body: { from: began } })).status).toBe(404)
  await eventually('it has ended', async () => {
    const { body } = await askInside<{ state: string }>(feed, 'GET', '/internal/replay')
    return body.state === 'done'
  })
})
