import type { MailText } from '../mail-text.ts'

export function accountClosing({ username, at, link }: { username: string; at: string; link: string }): MailText {
  return {
    subject: 'Your account will be deleted',
    body: [
      `You asked for the account @${username} to be deleted. Nobody sees it any more, and on ${at} it is deleted with everything in it, for good.`,
      'To keep it, sign in before then and take it back:',
      { label: 'Sign in', link },
      'If it was not you, do that now, and choose another password.',
    ],
  }
}
