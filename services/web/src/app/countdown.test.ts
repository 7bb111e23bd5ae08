import { expect, test } from 'vitest'
import { secondsLeft } from './countdown.ts'

test('seconds run from when an error was first looked at, whoever looks', () => {
  const error = new Error('wait')
  expect(secondsLeft(error, 10, 1_000)).toBe(10)
  expect(secondsLeft(error, 10, 4_500)).toBe(7)
  expect(secondsLeft(error, 10, 60_000)).toBe(0)
  expect(secondsLeft(new Error('another'), 10, 60_000)).toBe(10)
})

test('where nobody asked for a pause there is none', () => {
  expect(secondsLeft(new Error('no'), null)).toBeNull()
})
