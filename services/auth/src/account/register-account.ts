import { type Registration, usernameSkeleton } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import { conflict, type Problem } from '@daguerre/kit/problem'
import { retiredKey } from '../leaving/retired-username.ts'
import type { Passwords } from '../password/passwords.ts'
import { requireGoodPassword } from '../password/require-good-password.ts'
import { checkEntry } from '../registration/admit.ts'
import { emailKey } from './account.ts'
import { createAccount, type CreationDeps, type Made, type NewAccount } from './create-account.ts'
import { deriveUsername } from './derive-username.ts'

export interface RegistrationDeps extends CreationDeps {
  passwords: Passwords
}

const attempts = 10

/**
 * Makes an account and its first session. With mail the account has a claim on its address until a link proves it, and whether the
 * address has an account already changes neither the answer nor the work: only its mailbox is told.
 * @throws Problem 409 `auth.username_taken`, also for a name that looks like another's; without mail 409 `auth.email_taken`
 * @throws Problem 422 `auth.password_common`, `auth.password_personal`; 403 `auth.invitation_required`, 410 `auth.invitation_void`
 */
export async function registerAccount(
  deps: RegistrationDeps,
  input: Registration & { userAgent: string | null; device: Buffer },
): Promise<Made> {
  requireGoodPassword(input.password, input)
  // Asked first so that a void code and a taken name cost no hash; what decides is the insert.
  await checkEntry(deps.em, deps.rules, input)
  const known = await findTaken(deps, input)
  if (known) throw known
  const passwordHash = await deps.passwords.hash(input.password)
  const registered = await insert(deps, { ...input, passwordHash })
  if (registered) return registered
  throw (await findTaken(deps, input)) ?? conflict('auth.username_taken', 'Somebody has just taken that name.')
}

/**
 * As registerAccount, for clients of earlier systems, which send no username: it is made from the e-mail address.
 * @throws Problem 409 `auth.email_taken` without mail, 422 `auth.password_common`, `auth.password_personal`
 */
export async function registerAccountByEmail(
  deps: RegistrationDeps,
  input: Omit<Registration, 'username'> & { userAgent: string | null; device: Buffer },
): Promise<Made> {
  requireGoodPassword(input.password, { ...input, username: deriveUsername(input.email, 0) })
  await checkEntry(deps.em, deps.rules, input)
  const known = await findTaken(deps, input)
  if (known) throw known
  const passwordHash = await deps.passwords.hash(input.password)
  for (let attempt = 0; attempt < attempts; attempt++) {
    const username = deriveUsername(input.email, attempt)
    const registered = await insert(deps, { ...input, username, passwordHash })
    if (registered) return registered
    const taken = await findTaken(deps, input)
    if (taken) throw taken
  }
  throw conflict('auth.username_taken', 'No free username was found for this address. Register with a username.')
}

/** Answers null if a name is taken. */
function insert({ em, ...deps }: RegistrationDeps, input: Omit<NewAccount, 'isProven'>): Promise<Made | null> {
  return em.transactional((tx) => createAccount({ ...deps, em: tx }, { ...input, isProven: false }))
}

/** What of the names of a new account is taken, as far as that may be said; null: nothing. */
export async function findTaken(
  { em, mail }: Pick<RegistrationDeps, 'em' | 'mail'>,
  { email, username }: { email: string; username?: string },
): Promise<Problem | null> {
  const [taken] = await query<{ email: boolean; username: boolean }>(
    em,
    `select exists (select from account where email_key = ?) as email,
            exists (select from account where username = ? or username_skeleton = ?)
              or exists (select from retired_username where key = ?) as username`,
    // With mail nobody asks whether an address is taken.
    [
      mail ? null : emailKey(email),
      username ?? null,
      username === undefined ? null : usernameSkeleton(username),
      username === undefined ? null : retiredKey(username),
    ],
  )
  if (!taken?.email && !taken?.username) return null
  const errors = [
    ...(taken.email ? [{ pointer: '#/email', code: 'auth.email_taken', detail: 'has an account already' }] : []),
    ...(taken.username
      ? [{ pointer: '#/username', code: 'auth.username_taken', detail: 'is taken, or looks like one that is' }]
      : []),
  ]
  return taken.email
    ? conflict('auth.email_taken', 'This e-mail address has an account already.', errors)
    : conflict('auth.username_taken', 'This username is taken, or looks like one that is.', errors)
}
