import { expect, test } from 'vitest'
import { deriveKey, seal, unseal } from './seal.ts'

const key = deriveKey('a secret of at least thirty-two characters', 'test')

test('what was sealed can be opened with the same key and context alone', () => {
  const sealed = seal(key, 'silver on copper', 'kid-1')
  expect(unseal(key, sealed, 'kid-1')).toBe('silver on copper')
  expect(unseal(key, sealed, 'kid-2')).toBeNull()
  expect(unseal(deriveKey('another secret of thirty-two characters', 'test'), sealed, 'kid-1')).toBeNull()
  expect(unseal(deriveKey('a secret of at least thirty-two characters', 'other'), sealed, 'kid-1')).toBeNull()
})

test('a changed bit is noticed wherever it is', () => {
  const sealed = seal(key, 'x', 'c')
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed)
    changed[at] = changed[at]! ^ 1
    expect(unseal(key, changed, 'c')).toBeNull()
  }
  expect(unseal(key, sealed.subarray(0, 20), 'c')).toBeNull()
})
