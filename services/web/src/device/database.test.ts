import { IDBFactory } from 'fake-indexeddb'
import { beforeEach, expect, test, vi } from 'vitest'

beforeEach(() => {
  vi.resetModules()
  vi.stubGlobal('indexedDB', new IDBFactory())
})

test('what is kept is there after a reload', async () => {
  const before = await import('./database.ts')
  expect(await before.write([{ store: 'posts', key: 'a', put: { caption: 'light' } }])).toBe(true)
  vi.resetModules()
  const after = await import('./database.ts')
  expect(await after.readOne('posts', 'a')).toEqual({ caption: 'light' })
  expect(await after.readAll('posts')).toEqual([{ caption: 'light' }])
  expect(await after.readOne('files', 'a')).toBeUndefined()
})

test('all of it or nothing', async () => {
  const { readOne, write } = await import('./database.ts')
  await write([{ store: 'posts', key: 'a', put: 1 }])
  const kept = await write([
    { store: 'posts', key: 'a', remove: true },
    { store: 'posts', key: 'b', put: () => 'functions cannot be kept' },
  ])
  expect(kept).toBe(false)
  vi.resetModules()
  const after = await import('./database.ts')
  expect(await after.readOne('posts', 'a')).toBe(1)
  // This page goes by what was meant.
  expect(await readOne('posts', 'a')).toBeUndefined()
})

test('where nothing can be kept, the page remembers', async () => {
  vi.stubGlobal('indexedDB', {
    open() {
      throw new DOMException('no', 'SecurityError')
    },
  })
  const { readAll, readKeys, readOne, write } = await import('./database.ts')
  expect(
    await write([
      { store: 'values', key: 'a', put: 1 },
      { store: 'values', key: 'b', put: 2 },
    ]),
  ).toBe(false)
  await write([{ store: 'values', key: 'b', remove: true }])
  expect(await readOne('values', 'a')).toBe(1)
  expect(await readOne('values', 'b')).toBeUndefined()
  expect(await readKeys('values')).toEqual(['a'])
  expect(await readAll('values')).toEqual([1])
})
