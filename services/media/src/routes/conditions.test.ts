import { expect, test } from 'vitest'
import { isNotModified, matchesIfRange, singleRange } from './conditions.ts'

const known = { etag: '"abc"', lastModified: new Date('2026-11-23T07:00:00.700Z') }
function at(date: string): string {
  return new Date(date).toUTCString()
}

test.each([
  ['"abc"', true],
  ['W/"abc"', true],
  ['"x", "abc"', true],
  ['*', true],
  ['"x"', false],
  ['abc', false],
  ['', false],
])('If-None-Match: %s', (ifNoneMatch, expected) => {
  expect(isNotModified({ ifNoneMatch, ifModifiedSince: undefined }, known)).toBe(expected)
  // It outweighs the date, whatever that says.
  expect(isNotModified({ ifNoneMatch, ifModifiedSince: at('2030-01-01') }, known)).toBe(expected)
})

test.each([
  [at('2026-11-23T07:00:00Z'), true],
  [at('2026-11-23T07:00:01Z'), true],
  [at('2026-11-23T06:59:59Z'), false],
  ['soon', false],
])('If-Modified-Since: %s', (ifModifiedSince, expected) => {
  expect(isNotModified({ ifNoneMatch: undefined, ifModifiedSince }, known)).toBe(expected)
})

test.each([
  ['bytes=0-', 'bytes=0-'],
  ['bytes=0-0', 'bytes=0-0'],
  ['bytes=-5', 'bytes=-5'],
  ['bytes=-', undefined],
  ['bytes=2-1', undefined],
  ['bytes=0-1,3-4', undefined],
  ['bytes=99999999999999999999-', undefined],
  ['items=0-1', undefined],
  [undefined, undefined],
])('Range: %s', (header, range) => {
  expect(singleRange(header)).toBe(range)
})

test('If-Range wants exactly this version', () => {
  expect(matchesIfRange('"abc"', known)).toBe(true)
  expect(matchesIfRange('W/"abc"', known)).toBe(false)
  expect(matchesIfRange('"x"', known)).toBe(false)
  expect(matchesIfRange(at('2026-11-23T07:00:00Z'), known)).toBe(true)
  expect(matchesIfRange(at('2026-11-23T07:00:01Z'), known)).toBe(false)
})
