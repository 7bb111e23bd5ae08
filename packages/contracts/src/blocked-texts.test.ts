import { describe, expect, test } from 'vitest'
import { type BlockedTextRule, blockedValue, createTextMatcher } from './blocked-texts.ts'

function matcher(words: string[], domains: string[] = []) {
  const rules = [
    ...words.map((value) => ({
      kind: 'word' as const,
      value: blockedValue('word', value)!,
      effect: 'refuse' as const,
    })),
    ...domains.map((value) => ({
      kind: 'domain' as const,
      value: blockedValue('domain', value)!,
      effect: 'hold' as const,
    })),
  ] satisfies BlockedTextRule[]
  return (text: string) =>
    createTextMatcher(rules)
      .find(text)
      .map(({ value }) => value)
}

describe('a word', () => {
  test.each([
    'silver',
    'SILVER!',
    'of Sílver, and gold',
    'ｓｉｌｖｅｒ',
    's\u00adil\u200bv\u2060er',
    'si\u0301lver',
    '#silver',
    '@silver.smith',
    'pure_silver',
    '“silver”',
    'x\nsilver',
  ])('is found in %j', (text) => {
    expect(matcher(['Silver'])(text)).toEqual(['silver'])
  })

  test.each(['silverware', 'quicksilver', 'sil ver', 's.i.l.v.e.r', 'gold', ''])('is not found in %j', (text) => {
    expect(matcher(['silver'])(text)).toEqual([])
  })

  test('of several words all must follow each other; ß and ss, and letters of other scripts, are compared', () => {
    expect(matcher(['bad luck'])('What BAD — luck.')).toEqual(['bad luck'])
    expect(matcher(['bad luck'])('bad good luck')).toEqual([])
    expect(matcher(['Straße'])('strasse')).toEqual(['strasse'])
    expect(matcher(["don't"])('I Don’t know')).toEqual(["don't"])
    expect(matcher(['Плохо'])('как плохо!')).toEqual(['плохо'])
    expect(matcher(['ปลา'])('กินปลาแล้ว')).toEqual(['ปลา'])
  })

  test('is no word without a letter or digit', () => {
    expect(blockedValue('word', '!?')).toBeNull()
    expect(blockedValue('word', '\u200b')).toBeNull()
  })
})

describe('a domain', () => {
  test.each([
    'evil.example',
    'See https://evil.example/path?x=1.',
    'HTTP://WWW.EVIL.EXAMPLE',
    'http://good.example@evil.example:8080/',
    'https:\\\\evil.example/',
    'http://%65vil.example/',
    'a.b.c.evil.example',
    'evil。example',
    'ｅｖｉｌ．ｅｘａｍｐｌｅ',
    'ev\u200bil.exam\u00adple',
    'write to me@evil.example',
    '(evil.example)',
    'https://evil.example.',
  ])('is found in %j', (text) => {
    expect(matcher([], ['evil.example'])(text)).toEqual(['evil.example'])
  })

  test.each(['notevil.example', 'evil.example.org', 'evil example', 'evil', 'https://good.example/evil.exampl'])(
    'is not found in %j',
    (text) => {
      expect(matcher([], ['evil.example'])(text)).toEqual([])
    },
  )

  test('is the same in punycode and in its own script', () => {
    for (const listed of ['bücher.example', 'xn--bcher-kva.example', 'BÜCHER.example', '*.bücher.example']) {
      for (const text of ['bücher.example', 'https://www.xn--bcher-kva.example/', 'BU\u0308CHER.example']) {
        expect(matcher([], [listed])(text)).toEqual(['xn--bcher-kva.example'])
      }
    }
  })

  test('has a dot and is no address', () => {
    expect(blockedValue('domain', 'localhost')).toBeNull()
    expect(blockedValue('domain', '127.0.0.1')).toBeNull()
    expect(blockedValue('domain', 'a b.example')).toBeNull()
    expect(blockedValue('domain', 'https://evil.example/path')).toBe('evil.example')
  })
})

test('a long text and a long list take no time', () => {
  const find = matcher(
    Array.from({ length: 5000 }, (_, index) => `word${index}`),
    Array.from({ length: 5000 }, (_, index) => `site${index}.example`),
  )
  const text = `${'a.'.repeat(1100)} ${'word '.repeat(400)} ${'x'.repeat(2000)} http://${'a'.repeat(2000)}`
  const startedAt = performance.now()
  for (let times = 0; times < 20; times++) find(text)
  expect(performance.now() - startedAt).toBeLessThan(5000)
})
