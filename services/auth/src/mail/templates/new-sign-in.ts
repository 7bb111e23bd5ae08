import type { MailText } from '../mail-text.ts'

interface NewSignIn {
  username: string
  device: string
  at: string
  /** In words; one that was written before places were known has none. */
  place?: string | null
}

export function newSignIn({ username, device, at, place }: NewSignIn): MailText {
  const where = place ? ` Its address is in ${place}, as far as that can be told.` : ''
  return {
    subject: 'A new sign-in',
    body: [
      `Somebody signed in as @${username} with ${device}, which has not been used for this account before, on ${at}.${where}`,
      'If it was you, there is nothing to do. If not, change your password: that ends all other sessions.',
    ],
  }
}
