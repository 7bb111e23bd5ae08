import { afterAll, describe, expect, test } from 'vitest'
import { Audience } from '@daguerre/contracts'
import { copyKey, createHolds, type Mark, marksKey, partsOfPost, postCopy } from '../src/copies.ts'
import { newId } from '@daguerre/kit/id'
import { openRedis } from '@daguerre/kit/redis'
import { openTestCopies } from '../src/testing.ts'

const { redis, copies, holds, close } = openTestCopies()
afterAll(close)

async function keep(key: string, version: number, text: string | null): Promise<void> {
  await copies.keep([{ key, version, text, ttlSeconds: 60 }])
}

async function textOf(key: string): Promise<string | null> {
  return (await copies.read([key]))[0]!.text?.toString() ?? null
}

test('of versions the newest is kept, in whatever order they come', async () => {
  const key = copyKey.post(newId())
  await keep(key, 9, 'nine')
  await keep(key, 10, 'ten')
  await keep(key, 9, 'nine again')
  expect(await textOf(key)).toBe('ten')
  expect(await redis.ttl(key)).toBeGreaterThan(50)
})

test('what is told to be old is not kept again, and the version that replaces it is', async () => {
  const key = copyKey.post(newId())
  await keep(key, 1, 'one')
  await keep(key, 2, null)
  await keep(key, 1, 'one')
  expect(await textOf(key)).toBeNull()
  await keep(key, 2, 'two')
  await keep(key, 2, null)
  expect(await textOf(key)).toBe('two')
})

test('many are kept in one go, and one that cannot be is an error', async () => {
  const keys = [copyKey.post(newId()), copyKey.post(newId())]
  await copies.keep(keys.map((key, index) => ({ key, version: 1, text: `text ${index}`, ttlSeconds: 60 })))
  expect(await Promise.all(keys.map(textOf))).toEqual(['text 0', 'text 1'])
  const list = copyKey.post(newId())
  await redis.lpush(list, 'no text')
  const both = [list, keys[0]!].map((key) => ({ key, version: 2, text: 'new', ttlSeconds: 60 }))
  await expect(copies.keep(both)).rejects.toThrow('WRONGTYPE')
})

test('a text may hold what separates it from its version', async () => {
  const key = copyKey.post(newId())
  await keep(key, 1, 'a|!b|c')
  expect(await textOf(key)).toBe('a|!b|c')
})

test('what is kept during a hold ends with it', async () => {
  const key = copyKey.counts(newId())
  await keep(key, 0, 'before')
  await holds.during([key], async () => {
    expect(await copies.read([key])).toEqual([{ text: Buffer.from('before'), isHeld: true }])
    await keep(key, 0, 'during')
  })
  expect(await copies.read([key])).toEqual([{ text: Buffer.from('during'), isHeld: true }])
  expect(await redis.pttl(key)).toBeLessThanOrEqual(10_000)
  await redis.pexpire(key, 1)
  await expect.poll(() => textOf(key)).toBeNull()
})

test('a change that fails is an error, and its copies stay held', async () => {
  const key = copyKey.counts(newId())
  await expect(holds.during([key], () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await copies.read([key])).toEqual([{ text: null, isHeld: true }])
})

test('without Redis the change is made, and the copy is held as soon as it is there again', async () => {
  const key = copyKey.person(newId())
  await keep(key, 0, 'old')
  const away = openRedis(
    { REDIS_URL: process.env['TEST_REDIS_URL'] ?? '', REDIS_CLUSTER: false },
    { enableOfflineQueue: false, maxRetriesPerRequest: 0 },
  )
  await expect.poll(() => away.status).toBe('ready')
  away.disconnect()
  await expect.poll(() => away.status).toBe('end')
  const errors: unknown[] = []
  const its = createHolds({ redis: away, onError: (error) => errors.push(error) })
  expect(await its.during([key], () => Promise.resolve('made'))).toBe('made')
  expect(errors).toHaveLength(1)
  expect(await textOf(key)).toBe('old')
  await away.connect()
  await expect.poll(() => copies.read([key])).toEqual([{ text: Buffer.from('old'), isHeld: true }])
  away.disconnect()
})

test('what was held and written just before Redis starts again is held then, for it may have lost it', async () => {
  const [viewer, post, counts] = [newId(), newId(), copyKey.counts(newId())]
  const again = openRedis({ REDIS_URL: process.env['TEST_REDIS_URL'] ?? '', REDIS_CLUSTER: false })
  const its = createHolds({
    redis: again,
    onError(error) {
      throw error
    },
  })
  await its.hold([copyKey.mark(viewer, post)])
  its.remember([counts])
  // As if Redis had come back from before both.
  await redis.del(marksKey(viewer))
  await copies.fillMarks(viewer, [], performance.now())
  await keep(counts, 1, 'old')
  again.disconnect(true)
  await expect.poll(async () => (await copies.read([counts]))[0]?.isHeld).toBe(true)
  expect(await shown(viewer, [post])).toEqual([null])
  again.disconnect()
})

async function shown(viewer: string, posts: string[]): Promise<unknown[]> {
  const { byPost } = await copies.readMarks(viewer, posts)
  return posts.map((post) => JSON.parse(byPost.get(post)?.toString() ?? 'null') as unknown)
}

describe('marks', () => {
  const [liked, none]: [Mark, Mark] = [
    { liked: true, saved: false },
    { liked: false, saved: false },
  ]

  test('that are not filled in say nothing; filled in, they say nothing was done with what they do not name', async () => {
    const [viewer, post, other] = [newId(), newId(), newId()]
    expect(await shown(viewer, [post, other])).toEqual([null, null])
    await copies.fillMarks(viewer, [[post, liked]], performance.now())
    expect(await shown(viewer, [post, other])).toEqual([liked, none])
    expect(await redis.ttl(marksKey(viewer))).toBeGreaterThan(3_500)
  })

  test.each(['filled in before', 'filled in afterwards'])(
    'that are %s do not answer for what changes, nor does an answer from before',
    async (when) => {
      const [viewer, post] = [newId(), newId()]
      const askedAt = performance.now()
      if (when === 'filled in before') await copies.fillMarks(viewer, [[post, liked]], askedAt)
      await holds.hold([copyKey.mark(viewer, post)])
      if (when === 'filled in afterwards') await copies.fillMarks(viewer, [[post, liked]], askedAt)
      await copies.keepMarks(viewer, [[post, liked]], askedAt)
      expect(await shown(viewer, [post])).toEqual([null])
    },
  )

  test('answer again when the hold is over and the owner was asked', async () => {
    const [viewer, post] = [newId(), newId()]
    await copies.fillMarks(viewer, [[post, liked]], performance.now())
    await redis.hset(marksKey(viewer), post, `?${Date.now() - 10_001}`)
    expect(await shown(viewer, [post])).toEqual([null])
    await copies.keepMarks(viewer, [[post, none]], performance.now())
    expect(await shown(viewer, [post])).toEqual([none])
  })

  test('that only a hold has made end with it, and those that are about to end outlive a hold', async () => {
    const [viewer, post] = [newId(), newId()]
    await holds.hold([copyKey.mark(viewer, post)])
    expect(await redis.pttl(marksKey(viewer))).toSatisfy((ms: number) => ms > 5_000 && ms <= 10_000)
    await redis.pexpire(marksKey(viewer), 50)
    await holds.hold([copyKey.mark(viewer, post)])
    expect(await redis.pttl(marksKey(viewer))).toBeGreaterThan(5_000)
  })

  test('do not take an answer that was longer on its way than a hold may be trusted', async () => {
    const [viewer, post] = [newId(), newId()]
    await copies.fillMarks(viewer, [[post, liked]], performance.now() - 5_001)
    expect(await shown(viewer, [post])).toEqual([null])
  })
})

test('the copy of a post says before its text for whom it is and whether its likes are hidden; what cannot be read is for its author alone', () => {
  const document = {
    ...{ id: newId(), caption: '|l{"', entities: [], media: [], location: null, state: 'published' as const },
    ...{ createdAt: '2026-11-23T07:00:00.000Z', editedAt: null },
  }
  for (const audience of Audience.options) {
    for (const likesHidden of [false, true]) {
      const made = { ...document, audience, ...(likesHidden && { likesHidden }) }
      const { text } = postCopy(made, { version: 1, authorUsername: 'louise' })
      expect(partsOfPost(Buffer.from(text ?? ''))).toEqual({
        ...{ authorUsername: 'louise', audience, likesHidden },
        document: Buffer.from(JSON.stringify(made)),
      })
    }
  }
  for (const letters of ['z', 'zl', 'lf', 'll']) {
    expect(partsOfPost(Buffer.from(`louise|${letters}{}`)).audience).toBe('only_me')
  }
})
