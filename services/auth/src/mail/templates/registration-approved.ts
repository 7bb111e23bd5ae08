import type { MailText } from '../mail-text.ts'

export function registrationApproved({ username, link }: { username: string; link: string }): MailText {
  return {
    subject: 'Welcome',
    body: [`Moderators have let you in: you can sign in as @${username} now.`, { label: 'Sign in', link }],
  }
}
