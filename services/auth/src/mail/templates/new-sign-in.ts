import type { MailText } from '../mail-text.ts'

export function newSignIn({ username, device, at }: { username: string; device: string; at: string }): MailText {
  return {
    subject: 'A new sign-in',
    body: [
      `Somebody signed in as @${username} with ${device}, which has not been used for this account before, on ${at}.`,
      'If it was you, there is nothing to do. If not, change your password: that ends all other sessions.',
    ],
  }
}
