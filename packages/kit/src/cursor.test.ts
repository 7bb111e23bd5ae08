import { expect, test } from 'vitest'
import { z } from 'zod'
import { createCursorCodec, page, pageQuery, readPage } from './cursor.ts'
import { newId } from './id.ts'
import { Problem } from './problem.ts'

const codec = createCursorCodec({ SECRET_KEY: 'k'.repeat(32) })
const position = z.object({ id: z.string() })

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof Problem && error.status === 400) return error.code
    throw error
  }
  return 'taken'
}

test('a cursor is read back in its own scope', () => {
  expect(codec.decode('list:a', codec.encode('list:a', { id: 'x' }), position)).toEqual({ id: 'x' })
})

test('a cursor of another list, viewer or key, a changed one and an invented one are refused', () => {
  const cursor = codec.encode('list:a', { id: 'x' })
  const bytes = Buffer.from(cursor, 'base64url')
  bytes[bytes.length - 3]! ^= 1
  const bad = [
    ['list:b', cursor],
    ['list:a', createCursorCodec({ SECRET_KEY: 'l'.repeat(32) }).encode('list:a', { id: 'x' })],
    ['list:a', bytes.toString('base64url')],
    ['list:a', Buffer.from(JSON.stringify({ id: 'x' })).toString('base64url')],
    ['list:a', 'AAAA'],
    ['list:a', ''],
    ['list:a', '\u{1f4f7}'],
    ['list:a', codec.encode('list:a', { other: 1 })],
  ] as const
  for (const [scope, text] of bad) expect(codeOf(() => codec.decode(scope, text, position))).toBe('cursor.invalid')
})

test('a cursor made with the key before is taken while that is given, and none is made with it', () => {
  const renewed = createCursorCodec({ SECRET_KEY: 'l'.repeat(32), SECRET_KEY_PREVIOUS: 'k'.repeat(32) })
  expect(renewed.decode('list:a', codec.encode('list:a', { id: 'x' }), position)).toEqual({ id: 'x' })
  expect(codeOf(() => codec.decode('list:a', renewed.encode('list:a', { id: 'x' }), position))).toBe('cursor.invalid')
})

test('limit is a whole number from 1 to 100, 20 when not given', () => {
  const query = z.strictObject(pageQuery)
  expect(query.parse({}).limit).toBe(20)
  expect(query.parse({ limit: '100' }).limit).toBe(100)
  for (const limit of ['0', '-1', '101', '1000000000', '1e2', '1.5', ' 5', '', '0x10']) {
    expect(query.safeParse({ limit }).success).toBe(false)
  }
})

test('a page has a next cursor only if there is more', () => {
  expect(page([1, 2, 3], 2, String)).toEqual({ items: [1, 2], nextCursor: '2' })
  expect(page([1, 2], 2, String)).toEqual({ items: [1, 2], nextCursor: null })
  expect(page([], 2, String)).toEqual({ items: [], nextCursor: null })
})

test('a list is read page by page to its end, by ids or by places of its own, and by a cursor of another list it is not', async () => {
  const rows = Array.from({ length: 5 }, (_, index) => ({ id: newId(), number: index }))
  async function all<Row>(of: (cursor?: string) => Promise<{ items: Row[]; nextCursor: string | null }>) {
    const pages: Row[][] = []
    let cursor: string | undefined
    do {
      const { items, nextCursor } = await of(cursor)
      pages.push(items)
      cursor = nextCursor ?? undefined
    } while (cursor !== undefined)
    return pages
  }
  const byTwo = [rows.slice(0, 2), rows.slice(2, 4), rows.slice(4)]
  function byId(cursor?: string) {
    return readPage(codec, 'by-id', { limit: 2, cursor }, async (after, limit) => {
      const from = rows.findIndex(({ id }) => id === after) + 1
      return rows.slice(from, from + limit)
    })
  }
  expect(await all(byId)).toEqual(byTwo)
  function byNumber(cursor?: string) {
    return readPage(
      codec,
      'by-number',
      { limit: 2, cursor },
      async (after, limit) => rows.filter(({ number }) => after === null || number > after).slice(0, limit),
      { schema: z.int(), of: ({ number }) => number },
    )
  }
  expect(await all(byNumber)).toEqual(byTwo)
  const { nextCursor } = await byId()
  await expect(byNumber(nextCursor ?? '')).rejects.toMatchObject({ code: 'cursor.invalid' })
})
