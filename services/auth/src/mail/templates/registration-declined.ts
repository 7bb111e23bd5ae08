import type { MailText } from '../mail-text.ts'

export function registrationDeclined({ username, reason }: { username: string; reason: string }): MailText {
  return {
    subject: 'Your registration',
    body: [
      `Moderators have not let you in as @${username}. They say why:`,
      reason,
      'What you told them, and your address, are deleted.',
    ],
  }
}
