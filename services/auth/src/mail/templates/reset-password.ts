import type { MailText } from '../mail-text.ts'

export function resetPassword({ username, link }: { username: string; link: string }): MailText {
  return {
    subject: 'Choose a new password',
    body: [
      `Somebody asked for a new password for the account @${username}. If that was you, choose one within 30 minutes:`,
      { label: 'Choose a new password', link },
      'It ends all sessions of the account. If it was not you, do nothing: the password stays as it is.',
    ],
  }
}
