import type { MailText } from '../mail-text.ts'

/** To an address of which it is not known yet whether it belongs to the person who named it. */
export function confirmAddress({ username, link }: { username: string; link: string }): MailText {
  return {
    subject: 'Confirm your e-mail address',
    body: [
      `Somebody gave this address for the account @${username}. If that was you, confirm it:`,
      { label: 'Confirm this address', link },
      'If it was not you, do nothing: the address is not used for that account.',
    ],
  }
}
