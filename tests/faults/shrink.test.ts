import { expect, test } from 'vitest'
import { shortestFailing } from './shrink.ts'

test.each([1, 2, 37, 99, 100])('finds the step %i with which failing begins, in few runs', async (first) => {
  const tried: number[] = []
  const found = await shortestFailing(100, async (length) => {
    tried.push(length)
    return length >= first
  })
  expect(found).toBe(first)
  expect(tried.length).toBeLessThanOrEqual(7)
})

test('what never fails again stays as long as it was', async () => {
  expect(await shortestFailing(12, async () => false)).toBe(12)
})
