import { describe, expect, test } from 'vitest'
import { begunAt, completionOf, lengthOf } from './completion.ts'

function at(text: string) {
  const caret = text.indexOf('|')
  return begunAt(text.replace('|', ''), caret)
}

describe('what is being typed', () => {
  test.each([
    ['@lou|', '@', 'lou'],
    ['with @lou| and', '@', 'lou'],
    ['(@a.b|', '@', 'a.b'],
    ['#|', '#', ''],
    ['sea #Été|', '#', 'Été'],
    ['a line\n#gold|', '#', 'gold'],
    ['👩🏽‍🚀 #é|', '#', 'é'],
    ['＠lou|', '@', 'lou'],
    ['#नमस्ते|', '#', 'नमस्ते'],
  ])('%s', (text, sign, begun) => {
    expect(at(text)).toMatchObject({ sign, text: begun })
  })

  test.each(['lou|', 'mail@example|', 'a#b|', '&#39|', '@lou |', '@@lou|', 'https://x/@lou|', '#a-b|', ''])(
    '%s is nothing',
    (text) => {
      expect(at(text)).toBeNull()
    },
  )

  test('the rest of the word belongs to it', () => {
    expect(at('hi @lo|uise!')).toEqual({ sign: '@', text: 'lo', start: 3, end: 10 })
  })
})

test('what is chosen takes the place of what was begun, and one space follows', () => {
  expect(completionOf('hi @lo', { sign: '@', text: 'lo', start: 3, end: 6 }, 'louise')).toBe('@louise ')
  expect(completionOf('hi @lo you', { sign: '@', text: 'lo', start: 3, end: 6 }, 'louise')).toBe('@louise')
  expect(completionOf('#go, so', { sign: '#', text: 'go', start: 0, end: 3 }, 'goldenhour')).toBe('#goldenhour')
})

test('lengths are the server’s: composed, trimmed, in code points', () => {
  expect(lengthOf('  e\u0301👍 ')).toBe(2)
})
