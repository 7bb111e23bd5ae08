import type { MailText } from '../mail-text.ts'

export function passwordChanged({ username, at }: { username: string; at: string }): MailText {
  return {
    subject: 'Your password was changed',
    body: [
      `The password of @${username} was changed on ${at}, and other sessions were ended.`,
      'If it was not you, ask for a new password by this address at once.',
    ],
  }
}
