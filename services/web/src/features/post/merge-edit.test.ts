import { expect, test } from 'vitest'
import { isSame, mergeWords } from './merge-edit.ts'

const base = {
  caption: 'noon',
  audience: 'public' as const,
  commentsOff: false,
  likesHidden: false,
  altTexts: { a: 'a bridge', b: '' },
}

test('two people who change different words both get what they want', () => {
  const mine = { ...base, caption: 'The bridge at noon' }
  const theirs = { ...base, altTexts: { a: 'a bridge', b: 'a river' } }
  expect(mergeWords(base, mine, theirs)).toEqual({
    words: { ...base, caption: 'The bridge at noon', altTexts: { a: 'a bridge', b: 'a river' } },
    conflicts: [],
  })
})

test('what both changed is kept and told, unless it is the same', () => {
  const mine = { ...base, caption: 'mine', altTexts: { a: 'same', b: '' } }
  const theirs = { ...base, caption: 'theirs', altTexts: { a: 'same', b: '' } }
  expect(mergeWords(base, mine, theirs)).toEqual({ words: mine, conflicts: ['caption'] })
  expect(mergeWords(base, base, theirs)).toEqual({ words: theirs, conflicts: [] })
})

test('whom it is for is joined like words: narrowed elsewhere it stays so', () => {
  const narrowed = { ...base, audience: 'only_me' as const }
  expect(mergeWords(base, { ...base, caption: 'mine' }, narrowed)).toEqual({
    words: { ...narrowed, caption: 'mine' },
    conflicts: [],
  })
  const mine = { ...base, audience: 'followers' as const }
  expect(mergeWords(base, mine, narrowed)).toEqual({ words: mine, conflicts: ['audience'] })
})

test.each(['commentsOff', 'likesHidden'])('%s is as whoever changed it last says', (name) => {
  const off = { ...base, [name]: true }
  for (const [mine, theirs] of [
    [off, base],
    [base, off],
    [off, off],
  ] as const) {
    expect(mergeWords(base, mine, theirs)).toEqual({ words: off, conflicts: [] })
  }
  expect(isSame(base, off)).toBe(false)
})

test('words are the same if the caption, the audience and every description are', () => {
  expect(isSame(base, { ...base, audience: 'followers' })).toBe(false)
  expect(isSame(base, { ...base, altTexts: { a: 'a bridge', b: '' } })).toBe(true)
  expect(isSame(base, { ...base, altTexts: { a: 'a bridge', b: 'x' } })).toBe(false)
})
