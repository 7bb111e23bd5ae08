import { expect, test } from 'vitest'
import { languageOf } from './index.tsx'

const now = new Date('2026-11-25T12:00:00Z')
const { ago, compact } = languageOf('en', (id) => id)
const german = languageOf('de', (id) => id)

test('times are told as people do', () => {
  expect(ago('2026-11-25T11:59:30Z', now)).toBe('time.now')
  expect(ago('2026-11-25T11:55:00Z', now)).toBe('5 min. ago')
  expect(ago('2026-11-24T11:00:00Z', now)).toBe('yesterday')
  expect(german.ago('2026-11-24T11:00:00Z', now)).toBe('gestern')
  expect(ago('2026-05-03T12:00:00Z', now)).toBe('May 3')
  expect(ago('2024-05-03T12:00:00Z', now)).toBe('May 3, 2024')
})

test('a clock that is a day slow makes nothing happen in the future', () => {
  expect(ago('2026-11-26T12:00:00Z', now)).toBe('time.now')
})

test('counts are short', () => {
  expect(compact(1234)).toBe('1.2K')
  expect(compact(999)).toBe('999')
})
