import type { MailText } from '../mail-text.ts'

const changes = {
  'totp-added': ['An authenticator app was added', 'signs in with an authenticator app from now on'],
  'totp-removed': ['Your authenticator app was removed', 'has no authenticator app any more'],
  'passkey-added': ['A passkey was added', 'has another passkey'],
  'passkey-removed': ['A passkey was removed', 'has one passkey less'],
  'passkey-copied': [
    'A passkey may have been copied',
    'was to be opened with a passkey whose count of uses went back, which was refused. Remove that passkey',
  ],
  'dropped-by-admin': [
    'Your second factors were removed',
    'is opened by its password alone: an admin of this server removed its second factors, and it was signed out everywhere. Sign in and add them anew',
  ],
  'provider-linked': ['Another way to sign in', 'is opened by this provider too'],
  'provider-unlinked': ['A way to sign in was removed', 'is not opened by this provider any more'],
  'codes-made': ['New recovery codes', 'has new recovery codes; those of before do not work any more'],
  'code-used': ['A recovery code was used', 'was opened with a recovery code, which does not work again'],
} as const

export type FactorChange = keyof typeof changes

export function factorChanged({
  username,
  change,
  name,
  at,
}: {
  username: string
  change: FactorChange
  name: string
  at: string
}): MailText {
  const [subject, what] = changes[change]
  return {
    subject,
    body: [
      `@${username} ${what}${name && `: ${name}`} (${at}).`,
      'If it was not you, change your password at once, look into your settings for what you do not know, and end all other sessions.',
    ],
  }
}
