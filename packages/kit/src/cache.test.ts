import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { createCache } from './cache.ts'
import { silentLogger } from './log.ts'
import { type FakeDapr, fakeDapr } from './testing.ts'

let dapr: FakeDapr
let now: number
let names: Map<string, string>
const load = vi.fn(async (ids: string[]) => {
  const found = new Map<string, string>()
  for (const id of ids) if (names.has(id)) found.set(id, names.get(id)!)
  return found
})

function create(overrides: Partial<Parameters<typeof createCache<string>>[0]> = {}) {
  return createCache<string>({
    name: 'names',
    dapr,
    schema: z.string(),
    load,
    log: silentLogger(),
    freshMs: 60_000,
    staleMs: 600_000,
    now: () => now,
    ...overrides,
  })
}

beforeEach(() => {
  dapr = fakeDapr()
  now = 1_000_000
  names = new Map([
    ['a', 'Ada'],
    ['b', 'Bea'],
  ])
  load.mockReset()
  load.mockImplementation(async (ids) => new Map(ids.flatMap((id) => (names.has(id) ? [[id, names.get(id)!]] : []))))
})

afterEach(() => {
  vi.useRealTimers()
})

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

test('many ids cost one load, then none: from memory, and in another process from the store', async () => {
  const cache = create()
  const first = await cache.getMany(['a', 'b', 'c', 'a'])
  expect(Object.fromEntries(first.values)).toEqual({ a: 'Ada', b: 'Bea' })
  expect(first).toMatchObject({ stale: false, missing: ['c'], unknown: [] })
  expect(load.mock.calls).toEqual([[['a', 'b', 'c']]])
  await cache.getMany(['a', 'b', 'c'])
  expect(load).toHaveBeenCalledTimes(1)
  await settled()
  const other = create()
  expect((await other.getMany(['a', 'b'])).values.get('b')).toBe('Bea')
  expect(load).toHaveBeenCalledTimes(1)
  expect(dapr.calls).toMatchObject({ stateGet: 2, stateSave: 1 })
})

test('what is asked for while it is loaded waits for that load', async () => {
  const cache = create()
  const results = await Promise.all([cache.getMany(['a']), cache.getMany(['a', 'b']), cache.getMany(['b'])])
  expect(results.map((result) => result.values.size)).toEqual([1, 2, 1])
  expect(load.mock.calls).toEqual([[['a']], [['b']]])
})

test('a dead state store costs nothing but loads, and is left alone for a while', async () => {
  dapr.down.add('state')
  const get = vi.spyOn(dapr.state, 'getBulk')
  const cache = create({ memoryMs: 0 })
  for (let i = 0; i < 3; i += 1) {
    const result = await cache.getMany(['a'])
    expect(result).toMatchObject({ stale: false, missing: [] })
    expect(result.values.get('a')).toBe('Ada')
    await settled()
  }
  expect(load).toHaveBeenCalledTimes(3)
  expect(get).toHaveBeenCalledTimes(1)
  dapr.down.clear()
  now += 3001
  await cache.getMany(['b'])
  expect(get).toHaveBeenCalledTimes(2)
})

test('when loading fails the last known value serves, and the answer says so', async () => {
  const cache = create()
  await cache.getMany(['a'])
  await settled()
  now += 61_000
  load.mockRejectedValue(new Error('user is down'))
  const here = await cache.getMany(['a', 'b'])
  expect(here).toMatchObject({ stale: true, missing: ['b'], unknown: ['b'] })
  expect(here.values.get('a')).toBe('Ada')
  const elsewhere = await create().getMany(['a'])
  expect(elsewhere).toMatchObject({ stale: true, missing: [] })
  now += 600_000
  expect((await cache.getMany(['a'])).missing).toEqual(['a'])
})

test('an invalidation is seen at once, in the store too', async () => {
  const cache = create()
  await cache.getMany(['a'])
  names.set('a', 'Adele')
  now += 1
  await cache.invalidate(['a'])
  expect(dapr.stateStore.size).toBe(0)
  expect((await cache.getMany(['a'])).values.get('a')).toBe('Adele')
})

test('a load that began before an invalidation does not bring the old value back', async () => {
  const cache = create()
  const gate = Promise.withResolvers<void>()
  load.mockImplementationOnce(async () => {
    const old = new Map([['a', 'Ada']])
    await gate.promise
    return old
  })
  const early = cache.getMany(['a'])
  await settled()
  names.set('a', 'Adele')
  now += 1
  await cache.invalidate(['a'])
  expect((await cache.getMany(['a'])).values.get('a')).toBe('Adele')
  gate.resolve()
  await early
  await settled()
  expect((await cache.getMany(['a'])).values.get('a')).toBe('Adele')
  expect((await create().getMany(['a'])).values.get('a')).toBe('Adele')
})

test('an invalidation while the store is down is not forgotten', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const cache = create()
  await cache.getMany(['a'])
  await settled()
  dapr.down.add('state')
  names.set('a', 'Adele')
  now += 1
  await cache.invalidate(['a'])
  dapr.down.clear()
  // This process does not believe the old copy, and the copy is deleted for the others as soon as that is possible.
  expect((await cache.getMany(['a'])).values.get('a')).toBe('Adele')
  await settled()
  dapr.stateStore.set('names:a', { v: 'Ada', at: 999_999 })
  await vi.advanceTimersByTimeAsync(3001)
  expect(dapr.stateStore.has('names:a')).toBe(false)
})

test('a store that was away does not bring back what is older than what was loaded meanwhile', async () => {
  const cache = create()
  await cache.getMany(['a'])
  await settled()
  names.set('a', 'Ada Lovelace')
  dapr.down.add('state')
  now += 10_000
  expect((await cache.getMany(['a'])).values.get('a')).toBe('Ada Lovelace')
  dapr.down.clear()
  now += 10_000
  expect((await cache.getMany(['a'])).values.get('a')).toBe('Ada Lovelace')
})

test('however many deletions a dead store owes, it is asked for all of them together, less and less often', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const cache = create()
  dapr.down.add('state')
  const deleting = vi.spyOn(dapr.state, 'deleteBulk')
  for (let i = 0; i < 20; i += 1) await cache.invalidate([`id${i}`])
  await vi.advanceTimersByTimeAsync(2600)
  deleting.mockClear()
  await vi.advanceTimersByTimeAsync(120_000)
  expect(deleting.mock.calls.length).toBeLessThan(8)
  dapr.down.clear()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(deleting.mock.calls.at(-1)?.[0].length).toBe(20)
})

test('what a dead store owes goes as soon as it answers anything, not when its turn comes', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const cache = create()
  await cache.getMany(['a'])
  await settled()
  dapr.down.add('state')
  await cache.invalidate(['a'])
  await vi.advanceTimersByTimeAsync(60_000)
  dapr.down.clear()
  now += 60_000
  dapr.stateStore.set('names:a', { v: 'Ada', at: 999_999 })
  await cache.getMany(['b'])
  await settled()
  expect(dapr.stateStore.has('names:a')).toBe(false)
})

test('what another version wrote into the store in another shape is loaded anew', async () => {
  dapr.stateStore.set('names:a', { v: { name: 'Ada' }, at: now })
  dapr.stateStore.set('names:b', 'rubbish')
  const { values } = await create().getMany(['a', 'b'])
  expect([...values]).toEqual([
    ['a', 'Ada'],
    ['b', 'Bea'],
  ])
})
