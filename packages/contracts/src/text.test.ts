import { describe, expect, test } from 'vitest'
import { codePointLength, multilineText, singleLineText } from './text.ts'

describe('text that people write', () => {
  const caption = multilineText(5, 1)

  test.each([
    ['lone surrogate', 'a\ud800'],
    ['NUL', 'a\u0000'],
    ['escape', 'a\u001b[31m'],
    ['C1 control', 'a\u0085'],
    ['too long', 'abcdef'],
    ['nothing but space', '   '],
  ])('%s is refused', (_name, text) => {
    expect(caption.safeParse(text).success).toBe(false)
  })

  test('lengths count code points after NFC, without the space around', () => {
    expect(caption.parse('  👩🏽‍🚀x ')).toBe('👩🏽‍🚀x')
    expect(caption.parse('e\u0301'.repeat(5))).toBe('é'.repeat(5))
    expect(codePointLength('👩🏽‍🚀')).toBe(4)
    expect(caption.safeParse('👩🏽‍🚀xx').success).toBe(false)
  })

  test('line breaks are for texts of several lines', () => {
    expect(multilineText(5).parse('a\r\nb')).toBe('a\r\nb')
    for (const line of ['a\nb', 'a\u2028b']) expect(singleLineText(5).safeParse(line).success).toBe(false)
  })
})
