import { expect, test } from 'vitest'
import { createTapReader } from './taps.ts'

test('two quick taps on one place are one double tap, three are one too', () => {
  const read = createTapReader()
  expect(read({ x: 10, y: 10, at: 0 })).toBe(false)
  expect(read({ x: 20, y: 12, at: 200 })).toBe(true)
  expect(read({ x: 20, y: 12, at: 300 })).toBe(false)
})

test('slow taps, and taps far from each other, are single ones', () => {
  const read = createTapReader()
  expect(read({ x: 10, y: 10, at: 0 })).toBe(false)
  expect(read({ x: 10, y: 10, at: 500 })).toBe(false)
  expect(read({ x: 200, y: 10, at: 600 })).toBe(false)
})
