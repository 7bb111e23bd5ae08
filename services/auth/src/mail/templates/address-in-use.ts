import type { MailText } from '../mail-text.ts'

/** In place of confirmAddress where the address belongs to another account: its owner alone learns that. */
export function addressInUse({ username, holder }: { username: string; holder: string }): MailText {
  return {
    subject: 'You have an account already',
    body: [
      `Somebody gave this address for the account @${username}. It belongs to your account @${holder} already, and stays there.`,
      `If that was you, sign in as @${holder}; with a forgotten password ask for a new one by this address. If you want to use it for @${username}, first give @${holder} another one.`,
      'If it was not you, do nothing: nobody has got into your account.',
    ],
  }
}
