import { expect, test } from 'vitest'
import { byStretch, stretchOf } from './days.ts'
import type { Notification } from './queries.ts'

const now = new Date(2026, 10, 25, 0, 30)

test('days are those of the calendar, not 24 hours', () => {
  expect(stretchOf(new Date(2026, 10, 25, 0, 5), now)).toBe('today')
  expect(stretchOf(new Date(2026, 10, 24, 23, 55), now)).toBe('yesterday')
  expect(stretchOf(new Date(2026, 10, 23, 23, 55), now)).toBe('week')
  expect(stretchOf(new Date(2026, 10, 18, 12), now)).toBe('earlier')
  // A clock that is slow.
  expect(stretchOf(new Date(2026, 10, 26), now)).toBe('today')
})

test('groups keep the order in which items come', () => {
  const items = [25, 24, 22, 10].map((day) => ({ updatedAt: new Date(2026, 10, day).toISOString() }) as Notification)
  expect(byStretch(items, now).map(({ stretch }) => stretch)).toEqual(['today', 'yesterday', 'week', 'earlier'])
  expect(byStretch([], now)).toEqual([])
})
