import { events } from '@daguerre/contracts'
import { copyKey } from '@daguerre/copies/copies'
import { foldCounters } from '@daguerre/kit/counters'
import { silentLogger } from '@daguerre/kit/log'
import { query } from '@daguerre/kit/postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createReconciliation, reconcileCounts } from '../src/counts/reconcile-counts.ts'
import { tellCounts } from '../src/counts/tell-counts.ts'
import { createFixture, type Fixture } from './fixture.ts'

let at: Fixture
beforeAll(async () => {
  at = await createFixture()
})
afterAll(() => at.drop())

/** What the job does every second. */
async function count(batch?: number): Promise<void> {
  await foldCounters(at.forkEm(), batch)
  await tellCounts({ em: at.forkEm(), ...at.shared, ...(batch && { batch }) })
}

/** What was told of a post, by version. */
async function told(postId: string) {
  const items = (await at.emitted(events.postsCounted, postId)).flatMap(({ data }) => data.items)
  return items.filter((item) => item.postId === postId).toSorted((a, b) => a.version - b.version)
}

async function like(postId: string, times: number): Promise<void> {
  for (let index = 0; index < times; index++) await at.request('POST', `/api/v1/posts/${postId}/like`, at.person())
}

test('what thousands do to a post within a second is told of once, with both counts', async () => {
  const [hot, other] = [at.post(at.person()), at.post(at.person())]
  await like(hot, 20)
  await at.comment(hot, at.person())
  await like(other, 1)
  await count()
  expect(await told(hot)).toEqual([{ postId: hot, likes: 20, comments: 1, version: 2 }])
  const [first, second] = await at.emitted(events.postsCounted)
  expect(first?.data.items.map(({ postId }) => postId).toSorted()).toEqual([hot, other].toSorted())
  expect(second).toBeUndefined()
  await count()
  expect(await at.emitted(events.postsCounted)).toHaveLength(1)
})

test('what is told is in the copies that pages are made of; without Redis it is told all the same', async () => {
  const postId = at.post(at.person())
  async function read() {
    return (await at.shared.copies.read([copyKey.counts(postId)]))[0]
  }
  await like(postId, 2)
  await count()
  expect(await read()).toEqual({ text: Buffer.from('{"likes":2,"comments":0}'), isHeld: false })
  await like(postId, 1)
  await foldCounters(at.forkEm())
  async function keep(): Promise<never> {
    throw new Error('away')
  }
  const errors: unknown[] = []
  const away = { ...at.shared, copies: { ...at.shared.copies, keep }, onError: (error: unknown) => errors.push(error) }
  await tellCounts({ em: at.forkEm(), ...away })
  expect(errors).toHaveLength(1)
  expect((await told(postId)).at(-1)).toMatchObject({ likes: 3 })
  expect((await read())?.isHeld).toBe(true)
})

test('folded by several at once while people like, the newest version tells what is there', async () => {
  const postId = at.post(at.person())
  const ended = new AbortController()
  async function counting(): Promise<void> {
    do await count(3)
    while (!ended.signal.aborted)
  }
  const folding = [counting(), counting(), counting()]
  await Promise.all(
    Array.from({ length: 40 }, async (_, index) => {
      const viewer = at.person()
      await at.request('POST', `/api/v1/posts/${postId}/like`, viewer)
      if (index % 3 === 0) await at.request('DELETE', `/api/v1/posts/${postId}/like`, viewer)
      if (index % 4 === 0) await at.comment(postId, viewer)
    }),
  )
  ended.abort()
  await Promise.all(folding)
  await count()
  const versions = await told(postId)
  expect(new Set(versions.map(({ version }) => version)).size).toBe(versions.length)
  expect(versions.at(-1)).toMatchObject({ likes: 26, comments: 10 })
  for (const { likes, comments } of versions) expect(Math.min(likes, comments)).toBeGreaterThanOrEqual(0)
})

test('a counter that says something else than what is there is found, reported and mended, whatever happens meanwhile', async () => {
  const postId = at.post(at.person())
  await like(postId, 3)
  const comment = await at.comment(postId, at.person())
  await at.comment(postId, at.person(), 'Yes', comment)
  await count()
  await query(at.forkEm(), `update counter set value = 7 where subject_id = $1 and name = 'likes'`, [postId])
  await query(at.forkEm(), `delete from counter where subject_id = $1 and name = 'replies'`, [comment])
  await like(postId, 1)

  const found = await reconcileCounts({ em: at.forkEm() }, 'post', { after: null, limit: 1000 })
  expect(found).toEqual({
    differences: [{ subjectId: postId, name: 'likes', counted: 8, actual: 4 }],
    next: null,
  })
  await createReconciliation({ log: silentLogger() })(at.forkEm())
  expect((await at.states([postId])).get(postId)?.counts).toEqual({ likes: 4, comments: 2 })
  await count()
  expect((await told(postId)).at(-1)).toMatchObject({ likes: 4, comments: 2 })
  for (const kind of ['post', 'comment'] as const) {
    const again = await reconcileCounts({ em: at.forkEm() }, kind, { after: null, limit: 1000 })
    expect(again.differences).toEqual([])
  }
})

test('compared by several at once, a difference is mended once', async () => {
  const postId = at.post(at.person())
  await like(postId, 2)
  await count()
  await query(at.forkEm(), `update counter set value = 9 where subject_id = $1`, [postId])
  const all = { after: null, limit: 1000 }
  const found = await Promise.all(Array.from({ length: 4 }, () => reconcileCounts({ em: at.forkEm() }, 'post', all)))
  expect(found.flatMap(({ differences }) => differences)).toHaveLength(1)
  expect((await at.states([postId])).get(postId)?.counts.likes).toBe(2)
})

test('whatever changed a counter is told, also before anybody told of counters, and one below nothing keeps no other from it', async () => {
  const [old, wrong, other] = [at.post(at.person()), at.post(at.person()), at.post(at.person())]
  for (const postId of [old, wrong, other]) await like(postId, 2)
  await count()
  // A replica of the version before folds into a row of which nothing was told, or only the value before.
  await query(at.forkEm(), `update counter set told = null, version = 0 where subject_id = $1`, [old])
  await query(at.forkEm(), `update counter set value = -1 where subject_id = $1`, [wrong])
  await query(at.forkEm(), `update counter set value = 3 where subject_id = $1`, [other])
  await count()
  const [before, after] = [await told(old), await told(other)]
  expect(before.map(({ likes, version }) => [likes, version])).toEqual([
    [2, 1],
    [2, 1],
  ])
  expect(after.at(-1)).toMatchObject({ likes: 3, version: 2 })
  expect((await told(wrong)).at(-1)).toMatchObject({ likes: 0 })
  await query(at.forkEm(), `update counter set value = 2 where subject_id = any($1)`, [[wrong, other]])
})

test('the comparison goes through all posts page by page', async () => {
  const total = (await query<{ n: number }>(at.forkEm(), `/* test */ select count(*)::int as n from post_ref`, []))[0]!
    .n
  let after: string | null = null
  let pages = 0
  do {
    after = (await reconcileCounts({ em: at.forkEm() }, 'post', { after, limit: 2 })).next
    pages++
  } while (after !== null)
  expect(pages).toBe(Math.floor(total / 2) + 1)
})
