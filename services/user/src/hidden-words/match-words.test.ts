import { expect, test } from 'vitest'
import { distinctWords, hasHiddenWord } from './match-words.ts'

test.each([
  ['free followers', 'Get FREE  followers now!'],
  ['free followers', 'free-followers'],
  ['Crème', 'what a creme'],
  ['creme', 'CRÈME brûlée'],
  ['spam', '#spam'],
  ['spam', 'ｓｐａｍ'],
  ['spam', 'sp\u200bam'],
  ['spam', 's\u00adpam'],
  ['straße', 'STRASSE'],
  ['привет', 'ПРИВЕТ, мир'],
  ['東京', '東京は楽しい'],
  ['สวัสดี', 'สวัสดีครับ'],
  ['🍆', 'look🍆🍆'],
  ['!!!', 'no!!!'],
  ["don't", 'I Don’t know'],
])('%s is found in “%s”', (word, text) => {
  expect(hasHiddenWord(text, ['other', word])).toBe(true)
})

test.each([
  ['ass', 'a classic'],
  ['free followers', 'free of followers'],
  ['followers free', 'free followers'],
  ['spam', 'spammer'],
  ['🍆', 'look'],
  ['can', 'cannot'],
])('%s is not found in “%s”', (word, text) => {
  expect(hasHiddenWord(text, [word])).toBe(false)
})

test('a list without anything finds nothing, and of words that mean the same the first is kept', () => {
  expect(hasHiddenWord('anything', [])).toBe(false)
  expect(distinctWords(['Spam', 'spam', 'ＳＰＡＭ', 'free  followers', 'Free-Followers', '🍆', '🍆', '!'])).toEqual([
    'Spam',
    'free  followers',
    '🍆',
    '!',
  ])
})
