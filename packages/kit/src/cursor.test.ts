import { expect, test } from 'vitest'
import { z } from 'zod'
import { createCursorCodec, page, pageQuery } from './cursor.ts'
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
