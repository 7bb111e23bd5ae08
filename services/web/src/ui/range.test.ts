import { expect, test } from 'vitest'
import { keysBetween, rangeOf, sumOf } from './range.ts'

const keys = Array.from({ length: 100 }, (_, index) => `post-${index}`)

test('while nothing is near, the first ones', () => {
  expect(rangeOf(keys, new Set())).toEqual({ from: 0, to: 8 })
  expect(rangeOf(keys, new Set(['gone']))).toEqual({ from: 0, to: 8 })
  expect(rangeOf([], new Set())).toEqual({ from: 0, to: 0 })
  expect(rangeOf(keys.slice(0, 3), new Set(['post-0']))).toEqual({ from: 0, to: 3 })
})

test('four at least on both sides of what is near, and no change with each step', () => {
  for (let first = 0; first < 95; first++) {
    const { from, to } = rangeOf(keys, new Set(keys.slice(first, first + 5)))
    expect(from).toBeLessThanOrEqual(Math.max(0, first - 4))
    expect(to).toBeGreaterThanOrEqual(Math.min(100, first + 9))
    expect(to - from).toBeLessThanOrEqual(32)
  }
  const ranges = keys
    .slice(0, 95)
    .map((_, first) => JSON.stringify(rangeOf(keys, new Set(keys.slice(first, first + 5)))))
  expect(new Set(ranges).size).toBeLessThan(30)
})

test('what lies between two heights, be it in part', () => {
  const heights = keys.map(() => 500)
  expect(keysBetween(keys, heights, { top: 999, bottom: 2001 })).toEqual(['post-1', 'post-2', 'post-3', 'post-4'])
  expect(keysBetween(keys, heights, { top: -1600, bottom: 1 })).toEqual(['post-0'])
  expect(sumOf(heights, { from: 2, to: 4 })).toBe(1000)
})
