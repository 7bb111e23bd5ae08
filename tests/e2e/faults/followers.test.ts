import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { MongoClient } from 'mongodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { system } from '../../setup/system.ts'
import { withDatabase } from './support/database.ts'
import { newPerson, occurrences, type Person, post, profileOf, settles } from './support/world.ts'

const count = 2000
const followers = Array.from({ length: count }, () => randomUUID())
let ann: Person
let redis: Redis
let mongo: MongoClient

beforeAll(async () => {
  redis = new Redis(system.environment('feed')['REDIS_URL'] ?? '')
  mongo = await MongoClient.connect(system.environment('notification')['MONGODB_URL'] ?? '')
  ann = await newPerson('ann')
  await withDatabase('user', (db) =>
    db.query(
      `insert into follow (follower_id, followee_id, active, version, position, changed_at)
       select id, $2, true, 1, id, now() - interval '1 minute' from unnest($1::uuid[]) as id`,
      [followers, ann.id],
    ),
  )
  // They have read their home feeds lately, so that there are timelines to be kept.
  const pipeline = redis.pipeline()
  for (const id of followers) {
    pipeline.hset(`home:{${id}}:edges`, { '#state': 'ready', '#floor': '', [id]: '0:1', [ann.id]: '1:1' })
    pipeline.expire(`home:{${id}}:edges`, 3600)
  }
  await pipeline.exec()
})

afterAll(async () => {
  redis.disconnect()
  await mongo.close()
})

test('a post of somebody with 2,000 followers reaches each of them once, in their feed and their notifications', async () => {
  const made = await post(ann, 'for many')
  await settles(
    async () => {
      const pipeline = redis.pipeline()
      for (const id of followers) pipeline.zrange(`home:{${id}}`, '0', '-1')
      const timelines = ((await pipeline.exec()) ?? []).map(([, members]) => members as string[])
      const once = timelines.filter((members) => occurrences(members, [`${made.id}|${ann.id}`])[0] === 1)
      expect(once.length).toBe(count)
    },
    { timeoutMs: 60_000 },
  )
  const groups = mongo.db().collection<{ recipientId: string; unread: boolean }>('group')
  await settles(
    async () => {
      const told = await groups.find({ postId: made.id, kind: 'posted', unread: true }).toArray()
      expect(told.map(({ recipientId }) => recipientId).toSorted()).toEqual(followers.toSorted())
    },
    { timeoutMs: 60_000, everyMs: 300 },
  )
  expect((await profileOf(ann)).counts.posts).toBe(2)
})
