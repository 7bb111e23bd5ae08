import { expect, test } from 'vitest'
import { randomOf } from './random.ts'

test('a seed gives the same numbers each time, and another seed others', () => {
  function numbers(seed: number): number[] {
    const random = randomOf(seed)
    return Array.from({ length: 20 }, () => random.between(0, 1000))
  }
  expect(numbers(7)).toEqual(numbers(7))
  expect(numbers(7)).not.toEqual(numbers(8))
})

test('all of a range comes up, its ends included, and nothing outside of it', () => {
  const random = randomOf(1)
  const found = new Set(Array.from({ length: 1000 }, () => random.between(-2, 2)))
  expect([...found].toSorted((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2])
})
