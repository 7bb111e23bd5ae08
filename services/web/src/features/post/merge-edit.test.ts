import { expect, test } from 'vitest'
import { isSame, mergeWords } from './merge-edit.ts'

const base = { caption: 'noon', altTexts: { a: 'a bridge', b: '' } }

test('two people who change different words both get what they want', () => {
  const mine = { ...base, caption: 'The bridge at noon' }
  const theirs = { ...base, altTexts: { a: 'a bridge', b: 'a river' } }
  expect(mergeWords(base, mine, theirs)).toEqual({
    words: { caption: 'The bridge at noon', altTexts: { a: 'a bridge', b: 'a river' } },
    conflicts: [],
  })
})

test('what both changed is kept and told, unless it is the same', () => {
  const mine = { caption: 'mine', altTexts: { a: 'same', b: '' } }
  const theirs = { caption: 'theirs', altTexts: { a: 'same', b: '' } }
  expect(mergeWords(base, mine, theirs)).toEqual({ words: mine, conflicts: ['caption'] })
  expect(mergeWords(base, base, theirs)).toEqual({ words: theirs, conflicts: [] })
})

test('words are the same if the caption and every description are', () => {
  expect(isSame(base, { caption: 'noon', altTexts: { a: 'a bridge', b: '' } })).toBe(true)
  expect(isSame(base, { caption: 'noon', altTexts: { a: 'a bridge', b: 'x' } })).toBe(false)
})
