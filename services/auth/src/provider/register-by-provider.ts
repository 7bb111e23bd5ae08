import { conflict, invalid, type Problem } from '@daguerre/kit/problem'
import { emailKey } from '../account/account.ts'
import { createAccount, type CreationDeps, type Made } from '../account/create-account.ts'
import { findHolder } from '../account/find-holder.ts'
import { findTaken } from '../account/register-account.ts'
import type { Entry } from '../registration/admit.ts'
import { insertIdentity } from './identity.ts'
import { redeemNewcomer } from './newcomer.ts'

/**
 * Makes an account without a password for who has come from a provider. The provider's address counts as theirs if it has proven it; any other is
 * claimed, as at any registration. Whoever has that address keeps it: this never leads into an account that is there.
 * @throws Problem 410 `auth.newcomer_void`, 409 `auth.username_taken`, `auth.email_taken`, `auth.identity_taken`, 422 `auth.email_missing`,
 *   403 `auth.invitation_required`, 410 `auth.invitation_void`
 */
export async function registerByProvider(
  { em, ...deps }: CreationDeps,
  input: Entry & {
    newcomer: string
    username: string
    email?: string | undefined
    userAgent: string | null
    device: Buffer
  },
): Promise<Made> {
  return em.transactional(async (tx) => {
    const newcomer = await redeemNewcomer(tx, input.newcomer, input.device)
    const email = input.email ?? newcomer.email
    if (email === null) throw emailMissing()
    const isProven = newcomer.emailVerified && newcomer.email !== null && emailKey(email) === emailKey(newcomer.email)
    const made = await createAccount({ em: tx, ...deps }, { ...input, email, isProven, passwordHash: null })
    if (!made) {
      // They have shown that it is theirs, so they may know.
      if (isProven && (await findHolder(tx, emailKey(email)))) throw emailTaken()
      const taken = await findTaken({ em: tx, mail: deps.mail }, { email, username: input.username })
      throw taken ?? conflict('auth.username_taken', 'Somebody has just taken that name.')
    }
    if ((await insertIdentity(tx, { ...newcomer, accountId: made.accountId })) === null) throw identityTaken()
    return made
  })
}

function emailTaken(): Problem {
  return conflict(
    'auth.email_taken',
    'This e-mail address has an account already: sign in to that, and link the provider in the settings.',
    [{ pointer: '#/email', code: 'auth.email_taken', detail: 'has an account already' }],
  )
}

function emailMissing(): Problem {
  return invalid(
    [{ pointer: '#/email', code: 'auth.email_missing', detail: 'is needed, as the provider has told none' }],
    'auth.email_missing',
    'An e-mail address is needed: the provider has told none.',
  )
}

/** Of somebody else, or of a sign-in at the same time. */
export function identityTaken(): Problem {
  return conflict('auth.identity_taken', 'Who you are at this provider opens another account here already.')
}
