import type { MailText } from '../mail-text.ts'

/** To the address before: who took an account over must not be the only one who hears of it. */
export function emailChanged({ username, at }: { username: string; at: string }): MailText {
  return {
    subject: 'Your e-mail address was changed',
    body: [
      `Since ${at} the account @${username} has another e-mail address, and this one is no longer used for it.`,
      'If it was not you, tell those who run this server.',
    ],
  }
}
