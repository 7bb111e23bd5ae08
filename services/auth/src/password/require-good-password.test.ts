import { expect, test } from 'vitest'
import { requireGoodPassword } from './require-good-password.ts'

const louise = { username: 'louise', email: 'Loulou@example.org' }

test.each(['password', 'PASSWORD', 'Password1', 'qwertyuiop', '1234567890', 'iloveyou1', 'ｐａｓｓｗｏｒｄ'])(
  '%s is too common, whatever its capitals and widths',
  (password) => {
    expect(() => requireGoodPassword(password, louise)).toThrow(
      expect.objectContaining({ status: 422, code: 'auth.password_common' }),
    )
  },
)

test.each(['louise-1839', 'i am LOUISE', 'my loulou and i', 'loulou@example.org'])(
  '%s has the name of its owner in it',
  (password) => {
    expect(() => requireGoodPassword(password, louise, 'newPassword')).toThrow(
      expect.objectContaining({
        code: 'auth.password_personal',
        errors: [expect.objectContaining({ pointer: '#/newPassword' })],
      }),
    )
  },
)

test('words that nobody else puts together are taken, also around a very short name', () => {
  requireGoodPassword('silver-on-copper-1839', louise)
  requireGoodPassword('banana on mercury', { username: 'ana', email: 'me@example.org' })
})
