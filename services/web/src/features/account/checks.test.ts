import { expect, test } from 'vitest'
import { checkEmail, checkNewPassword, checkUsername } from './checks.ts'

test('usernames by the rules of the server', () => {
  for (const good of ['louise', 'l.o_u1', 'LOUISE', '123']) expect(checkUsername(good), good).toBeUndefined()
  for (const bad of ['lo', 'a..b', '.abc', 'abc.', 'löuise', 'a b c', 'x'.repeat(31)]) {
    expect(checkUsername(bad), bad).toBe('account.usernameWrong')
  }
  expect(checkUsername(' ')).toBe('account.usernameMissing')
})

test('addresses and passwords', () => {
  expect(checkEmail(' louise@example.org ')).toBeUndefined()
  expect(checkEmail('louise@example')).toBe('account.emailWrong')
  expect(checkNewPassword('1234567')).toBe('account.passwordShort')
  expect(checkNewPassword('x'.repeat(201))).toBe('account.passwordLong')
  expect(checkNewPassword('')).toBe('account.passwordMissing')
})
