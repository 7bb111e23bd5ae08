import { describe, expect, test } from 'vitest'
import { Username, usernameSkeleton } from './username.ts'

describe('usernames', () => {
  test('capitals and compatibility forms are folded', () => {
    expect(Username.parse('Louise_D')).toBe('louise_d')
    expect(Username.parse('ｌｏｕｉｓｅ')).toBe('louise')
  })

  test.each([
    'ab',
    'a'.repeat(31),
    '.abc',
    'abc.',
    'a..b',
    'a b',
    'lоuise',
    'loui\u200bse',
    'admin',
    'me',
    'supp0rt',
    '',
  ])('%j is refused', (name) => {
    expect(Username.safeParse(name).success).toBe(false)
  })

  test.each([
    ['louise', 'l0uise'],
    ['louise', 'lou1se'],
    ['louise', 'lou.ise'],
    ['carnal', 'camal'],
    ['wow', 'vvow'],
  ])('%s and %s look alike', (a, b) => {
    expect(usernameSkeleton(a)).toBe(usernameSkeleton(b))
  })

  test('names that do not look alike are two', () => {
    expect(usernameSkeleton('louise')).not.toBe(usernameSkeleton('louisa'))
  })
})
