import type { MessageId } from '../../i18n/index.tsx'

/** The rules of the server, to be told before anything is sent. */
const usernameShape = /^[a-z0-9](?:[a-z0-9]|[._](?=[a-z0-9])){2,29}$/

const passwordLength = { least: 8, most: 200 } as const

export function checkEmail(email: string): MessageId | undefined {
  if (email.trim() === '') return 'account.emailMissing'
  return /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(email.trim()) ? undefined : 'account.emailWrong'
}

/** Capitals and full-width letters are folded by the server. */
export function checkUsername(username: string): MessageId | undefined {
  if (username.trim() === '') return 'account.usernameMissing'
  return usernameShape.test(username.trim().normalize('NFKC').toLowerCase()) ? undefined : 'account.usernameWrong'
}

export function checkNewPassword(password: string): MessageId | undefined {
  const { length } = password.normalize('NFC')
  if (length === 0) return 'account.passwordMissing'
  if (length < passwordLength.least) return 'account.passwordShort'
  return length > passwordLength.most ? 'account.passwordLong' : undefined
}
