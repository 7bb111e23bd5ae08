import { expect, test } from 'vitest'
import { segmentsOf } from './segments.ts'

test('entities are cut out by code points, through emoji', () => {
  const text = '👩🏽‍🚀 é #Été with @louise!'
  const points = Array.from(text)
  const start = points.indexOf('#')
  const at = points.indexOf('@')
  const segments = segmentsOf(text, [
    { type: 'mention', start: at, end: at + 7, username: 'louise', userId: 'u' },
    { type: 'hashtag', start, end: start + 4, tag: 'été' },
  ])
  expect(segments.map((segment) => segment.text)).toEqual(['👩🏽‍🚀 é ', '#Été', ' with ', '@louise', '!'])
  expect(segments.map((segment) => segment.text).join('')).toBe(text)
})

test('entities that do not fit the text are plain text', () => {
  const tag = { type: 'hashtag', tag: 'a' } as const
  expect(segmentsOf('#a b', [{ ...tag, start: 0, end: 9 }])).toEqual([{ text: '#a b', entity: null }])
  expect(segmentsOf('', [])).toEqual([])
})
