import { expect, test } from 'vitest'
import { hashRecoveryCode, newRecoveryCodes } from './recovery-codes.ts'

test('there are ten codes of 80 bits, none of which comes again', () => {
  const codes = Array.from({ length: 100 }, newRecoveryCodes).flat()
  expect(new Set(codes).size).toBe(1000)
  for (const code of codes) expect(code).toMatch(/^(?:[0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$/)
})

test('a code is the same in capitals, without its dashes, and with letters that look like its digits', () => {
  const stored = hashRecoveryCode('01ab-cdef-0000-1111')
  for (const typed of ['01AB-CDEF-0000-1111', ' 01abcdef00001111 ', 'oIab-cdef-OOOO-1lil']) {
    expect(hashRecoveryCode(typed)).toEqual(stored)
  }
  expect(hashRecoveryCode('01ab-cdef-0000-1112')).not.toEqual(stored)
})
