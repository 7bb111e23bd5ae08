import { expect, test } from 'vitest'
import { createReader, shortcuts } from './keys.ts'

function press(key: string, modifiers: object = {}) {
  return { key, ctrlKey: false, metaKey: false, altKey: false, ...modifiers }
}

test('single keys and two one after the other', () => {
  let now = 0
  const read = createReader(() => now)
  expect(read(press('j'))).toBe('next')
  expect(read(press('K'))).toBe('previous')
  expect(read(press('g'))).toBeNull()
  expect(read(press('n'))).toBe('notifications')
  // The first letter is forgotten.
  expect(read(press('n'))).toBe('new')
  read(press('g'))
  now = 2_000
  expect(read(press('n'))).toBe('new')
})

test('Shift before ? does not hide what was typed, other keys do', () => {
  const read = createReader(() => 0)
  expect(read(press('Shift'))).toBeNull()
  expect(read(press('?'))).toBe('help')
  read(press('g'))
  read(press('Escape'))
  expect(read(press('h'))).toBeNull()
})

test('what belongs to the browser is left to it', () => {
  const read = createReader(() => 0)
  expect(read(press('c', { ctrlKey: true }))).toBeNull()
  expect(read(press('l', { metaKey: true }))).toBeNull()
  expect(read(press('s', { altKey: true }))).toBeNull()
})

test('no shortcut hides another', () => {
  const all = shortcuts.map(({ keys }) => keys)
  expect(new Set(all).size).toBe(all.length)
  for (const keys of all) expect(all.some((other) => other.startsWith(`${keys} `))).toBe(false)
})
