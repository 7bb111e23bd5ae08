import { expect, test } from 'vitest'
import { idFrom, isId, newId, timeOf } from './id.ts'

test('ids rise strictly and begin with their time', () => {
  const before = idFrom(new Date())
  const ids = Array.from({ length: 10_000 }, newId)
  expect(ids.every(isId)).toBe(true)
  expect(ids.toSorted()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids[0]! >= before).toBe(true)
  expect(ids.at(-1)! < idFrom(new Date(Date.now() + 60_000))).toBe(true)
})

test('what is no UUID in lower case is no id', () => {
  for (const text of ['', 'x', newId().toUpperCase(), `${newId()} `, newId().replaceAll('-', ''), 7, null]) {
    expect(isId(text)).toBe(false)
  }
})

test('an id says when it was made', () => {
  const time = new Date('2026-11-29T01:30:00.123Z')
  expect(timeOf(idFrom(time))).toEqual(time)
  expect(Math.abs(timeOf(newId()).getTime() - Date.now())).toBeLessThan(1000)
})
