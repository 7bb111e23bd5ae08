import { expect, test } from 'vitest'
import { safeNext } from './next.ts'

const origin = 'https://photos.example.org'

test('one goes on to where one was going', () => {
  expect(safeNext('/settings/sessions?a=1#b', origin)).toBe('/settings/sessions?a=1#b')
  expect(safeNext(undefined, origin)).toBe('/')
})

test.each([
  'https://evil.example',
  '//evil.example/',
  String.raw`/\evil.example`,
  String.raw`\\evil.example`,
  'javascript:alert(1)',
  '/\t/evil.example',
  'http://[',
])('%j leads home', (next) => {
  expect(safeNext(next, origin)).toBe('/')
})
