import type { MailText } from '../mail-text.ts'

interface ApplicationAllowed {
  username: string
  application: string
  developer: string
  at: string
  link: string
}

export function applicationAllowed({ username, application, developer, at, link }: ApplicationAllowed): MailText {
  return {
    subject: 'An application acts for you',
    body: [
      `Since ${at} the application “${application}”, made by @${developer}, acts for @${username}, as far as it was allowed to.`,
      'If it was you who allowed it, there is nothing to do. If not, take it back, and change your password.',
      { label: 'Applications with access', link },
    ],
  }
}
