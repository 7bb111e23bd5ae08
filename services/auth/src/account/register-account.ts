import { events, makeEvent, type Registration, type SignedIn, usernameSkeleton } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { emit } from '@daguerre/kit/outbox'
import { query } from '@daguerre/kit/postgres'
import { conflict, type Problem } from '@daguerre/kit/problem'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Passwords } from '../password/passwords.ts'
import { type SessionDeps, startSession } from '../session/start-session.ts'
import { type AccountRow, accountColumns, emailKey } from './account.ts'
import { deriveUsername } from './derive-username.ts'

export interface RegistrationDeps extends SessionDeps {
  em: EntityManager
  passwords: Passwords
}

const attempts = 10

/**
 * Makes an account and its first session.
 * @throws Problem 409 `auth.email_taken` or `auth.username_taken`; a name that looks like another's counts as taken
 */
export async function registerAccount(
  deps: RegistrationDeps,
  input: Registration & { userAgent: string | null },
): Promise<SignedIn> {
  // Asked first so that a taken name costs no hash; what decides is the insert.
  const known = await findTaken(deps.em, input)
  if (known) throw known
  const passwordHash = await deps.passwords.hash(input.password)
  const registered = await insertAccount(deps, { ...input, passwordHash })
  if (registered) return registered
  throw (await findTaken(deps.em, input)) ?? conflict('auth.username_taken', 'Somebody has just taken that name.')
}

/**
 * As registerAccount, for clients of earlier systems, which send no username: it is made from the e-mail address.
 * @throws Problem 409 `auth.email_taken`
 */
export async function registerAccountByEmail(
  deps: RegistrationDeps,
  input: Omit<Registration, 'username'> & { userAgent: string | null },
): Promise<SignedIn> {
  const known = await findTaken(deps.em, input)
  if (known) throw known
  const passwordHash = await deps.passwords.hash(input.password)
  for (let attempt = 0; attempt < attempts; attempt++) {
    const username = deriveUsername(input.email, attempt)
    const registered = await insertAccount(deps, { ...input, username, passwordHash })
    if (registered) return registered
    const taken = await findTaken(deps.em, input)
    if (taken) throw taken
  }
  throw conflict('auth.username_taken', 'No free username was found for this address. Register with a username.')
}

/** Answers null if the address or the name is taken: of two at once, PostgreSQL lets the second wait and then see it. */
async function insertAccount(
  { em, ...sessionDeps }: RegistrationDeps,
  input: { email: string; username: string; passwordHash: string; userAgent: string | null },
): Promise<SignedIn | null> {
  return em.transactional(async (tx) => {
    const [account] = await query<AccountRow>(
      tx,
      `insert into account (id, email, email_key, username, username_skeleton, password_hash)
       values (?, ?, ?, ?, ?, ?) on conflict do nothing returning ${accountColumns}`,
      [
        newId(),
        input.email,
        emailKey(input.email),
        input.username,
        usernameSkeleton(input.username),
        input.passwordHash,
      ],
    )
    if (!account) return null
    await emit(
      tx,
      makeEvent(events.accountRegistered, {
        subject: account.id,
        version: 1,
        data: { userId: account.id, username: account.username, registeredAt: account.createdAt.toISOString() },
      }),
    )
    return startSession({ em: tx, ...sessionDeps }, { account, userAgent: input.userAgent })
  })
}

async function findTaken(
  em: EntityManager,
  { email, username }: { email: string; username?: string },
): Promise<Problem | null> {
  const [taken] = await query<{ email: boolean; username: boolean }>(
    em,
    `select exists (select from account where email_key = ?) as email,
            exists (select from account where username = ? or username_skeleton = ?) as username`,
    [emailKey(email), username ?? null, username === undefined ? null : usernameSkeleton(username)],
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
