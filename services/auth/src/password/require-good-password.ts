import { invalid } from '@daguerre/kit/problem'
import { dictionary } from '@zxcvbn-ts/language-common'

/** A shorter name may stand in many a word by chance. */
const leastName = 4

const common = new Set(dictionary['passwords-common'].map(fold))

/**
 * Refuses a new password that is tried first by whoever guesses: one of the 49,000 most common ones in breaches, or one with the
 * person's username or address in it, whatever its capitals.
 * @throws Problem 422 `auth.password_common`, `auth.password_personal`
 */
export function requireGoodPassword(
  password: string,
  { username, email }: { username: string; email: string },
  field = 'password',
): void {
  const folded = fold(password)
  if (common.has(folded)) {
    throw refused('auth.password_common', 'is one of the most common ones', 'This password is one that is tried first.')
  }
  const names = [username, email.slice(0, email.lastIndexOf('@'))].map(fold)
  if (names.some((name) => name.length >= leastName && folded.includes(name))) {
    throw refused(
      'auth.password_personal',
      'contains the username or address',
      'This password has your own name in it.',
    )
  }

  function refused(code: string, detail: string, message: string) {
    return invalid([{ pointer: `#/${field}`, code, detail }], code, message)
  }
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
