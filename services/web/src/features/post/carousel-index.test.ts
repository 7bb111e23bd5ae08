import { expect, test } from 'vitest'
import { indexAfterKey, indexAt } from './carousel-index.ts'

test('the photo in view is the nearest one, in both directions of writing', () => {
  expect([0, 149, 151, 300, 900].map((left) => indexAt(left, 300, 3))).toEqual([0, 0, 1, 1, 2])
  expect(indexAt(-310, 300, 3)).toBe(1)
  expect(indexAt(10, 0, 3)).toBe(0)
})

test('arrows follow the direction of writing and stop at the ends', () => {
  expect(indexAfterKey('ArrowRight', 0, 3, false)).toBe(1)
  expect(indexAfterKey('ArrowRight', 2, 3, false)).toBe(2)
  expect(indexAfterKey('ArrowLeft', 0, 3, false)).toBe(0)
  expect(indexAfterKey('ArrowLeft', 0, 3, true)).toBe(1)
  expect(indexAfterKey('ArrowRight', 1, 3, true)).toBe(0)
  expect(indexAfterKey('End', 0, 3, false)).toBe(2)
  expect(indexAfterKey('Home', 2, 3, true)).toBe(0)
  expect(indexAfterKey('l', 1, 3, false)).toBeNull()
})
