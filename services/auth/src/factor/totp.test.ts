import { expect, test } from 'vitest'
import { newTotpSecret, otpauthUri, stepAt, stepOf, totpCode } from './totp.ts'

// RFC 6238, appendix B: the secret is "12345678901234567890"; of its eight digits these are the last six.
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('at %i seconds the code is that of RFC 6238', (seconds, code) => {
  expect(totpCode(secret, stepAt(seconds * 1000))).toBe(code)
})

test('a code is taken one step early and one late, and no further', () => {
  const now = 1_111_111_111_000
  const step = stepAt(now)
  const taken = [-2, -1, 0, 1, 2].map((away) => stepOf(secret, totpCode(secret, step + away), now))
  expect(taken).toEqual([null, step - 1, step, step + 1, null])
  expect(stepOf(secret, '', now)).toBeNull()
  expect(stepOf(secret, '١٢٣', now)).toBeNull()
})

test('secrets are 160 bits and never the same, and apps can read them', () => {
  const some = Array.from({ length: 50 }, newTotpSecret)
  expect(new Set(some).size).toBe(50)
  for (const one of some) expect(one).toMatch(/^[A-Z2-7]{32}$/)
  const uri = new URL(otpauthUri(secret, { issuer: 'photos.example.org', username: 'lou_ise' }))
  expect(uri.href).toBe(`otpauth://totp/photos.example.org:lou_ise?secret=${secret}&issuer=photos.example.org`)
})
