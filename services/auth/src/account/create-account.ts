import { events, makeEvent, type RegistrationWaits, type SignedIn, usernameSkeleton } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { emit } from '@daguerre/kit/outbox'
import { query } from '@daguerre/kit/postgres'
import { Problem } from '@daguerre/kit/problem'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { AdmissionRules } from '../config.ts'
import { retiredKey } from '../leaving/retired-username.ts'
import { admit, type Entry } from '../registration/admit.ts'
import { rememberDevice } from '../session/known-devices.ts'
import { type SessionDeps, startSession } from '../session/start-session.ts'
import { type AccountRow, accountColumns, emailKey, lockAddress } from './account.ts'
import { askToConfirm } from './ask-to-confirm.ts'

export interface NewAccount extends Entry {
  email: string
  /** Whether somebody has shown already that the address is theirs; else a link is sent there, where mail is sent. */
  isProven: boolean
  username: string
  /** null: it is opened in another way. */
  passwordHash: string | null
  userAgent: string | null
  device: Buffer
}

export interface CreationDeps extends SessionDeps {
  em: EntityManager
  rules: AdmissionRules
}

/** Signed in, or waiting for moderators, of which nobody hears before they approve it. */
export type Made = { accountId: string } & ({ signedIn: SignedIn } | { waits: RegistrationWaits })

/**
 * Makes an account and its first session, in the transaction of `em`: the one way in which accounts come to be, and as the rules of this place have
 * it. An address that is proven is taken from whoever only claimed it.
 * @returns null if a name is taken, or a proven address by whom it belongs to: of two at once, PostgreSQL lets the second wait and then see it
 * @throws Problem 403 `auth.invitation_required`, 410 `auth.invitation_void`: the transaction is to be undone
 */
export async function createAccount(
  { em, rules, ...sessionDeps }: CreationDeps,
  { email, isProven, username, passwordHash, userAgent, device, ...entry }: NewAccount,
): Promise<Made | null> {
  const { mail } = sessionDeps
  const key = emailKey(email)
  if (mail || isProven) await lockAddress(em, key)
  if (isProven) {
    await query(em, 'update account set email_key = null where email_key = ? and email_claim_key is not null', [key])
  }
  // Where nobody can prove it there are no claims, and whoever comes first has it.
  const isClaim = mail !== null && !isProven
  const [account] = await query<AccountRow>(
    em,
    `insert into account (id, email, email_key, email_claim_key, email_verified_at, username, username_skeleton, password_hash)
     select ?::uuid, ?, ${isClaim ? '(select ?::text where not exists (select from account where email_key = ?))' : '?'}, ?,
            ${isProven ? 'now()' : 'null'}, ?, ?, ?
      where not exists (select from retired_username where key = ?)
     on conflict do nothing returning ${accountColumns}`,
    [
      newId(),
      email,
      ...(isClaim ? [key, key] : [key]),
      isClaim ? key : null,
      username,
      usernameSkeleton(username),
      passwordHash,
      retiredKey(username),
    ],
  )
  if (!account) return null
  const accountId = account.id
  const isWaiting = await admit(em, rules, accountId, entry)
  if (mail && isClaim) await askToConfirm({ em, mail }, { account, email: account.email })
  if (isWaiting) return { accountId, waits: { waitsFor: isClaim ? ['address', 'approval'] : ['approval'] } }
  await tellOfAccount(em, account)
  await rememberDevice(em, { accountId, device })
  const signedIn = await startSession({ em, ...sessionDeps }, { account, userAgent })
  if (signedIn instanceof Problem) throw signedIn
  return { accountId, signedIn }
}

/** Tells all others that somebody has an account, in the transaction of `em`. */
export async function tellOfAccount(
  em: EntityManager,
  { id: userId, username, createdAt }: Pick<AccountRow, 'id' | 'username' | 'createdAt'>,
): Promise<void> {
  const data = { userId, username, registeredAt: createdAt.toISOString() }
  await emit(em, makeEvent(events.accountRegistered, { subject: userId, version: 1, data }))
}
