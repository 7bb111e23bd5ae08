import type { MailText } from '../mail-text.ts'

export function accountClosingSoon({ username, at, link }: { username: string; at: string; link: string }): MailText {
  return {
    subject: 'Your account is about to be deleted',
    body: [
      `On ${at} the account @${username} is deleted with everything in it, as you asked. That cannot be undone.`,
      'To keep it, sign in before then and take it back:',
      { label: 'Sign in', link },
    ],
  }
}
