import type { Logger } from '@daguerre/kit/log'
import { query } from '@daguerre/kit/postgres'
import { invalid, type Problem } from '@daguerre/kit/problem'
import type { EntityManager } from '@mikro-orm/postgresql'
import { verifyAuthenticationResponse } from '@simplewebauthn/server'
import type { FactorDesk } from '../factor/factor-desk.ts'
import { tellOfFactor } from '../factor/tell-of-factor.ts'
import type { MailDesk } from '../mail/mail-desk.ts'
import { userHandleOf } from './passkey.ts'
import {
  challengeIn,
  isPasskeyChallengeOpen,
  type PasskeyPurpose,
  redeemPasskeyChallenge,
} from './passkey-challenge.ts'

/** What an authenticator has signed; all in base64url. */
export interface Assertion {
  id: string
  clientDataJSON: string
  authenticatorData: string
  signature: string
  userHandle?: string | undefined
}

/** A signature that is right, of a challenge that is still to be redeemed. */
export interface SignedChallenge {
  passkeyId: string
  accountId: string
  challenge: string
  counter: number
}

interface Stored {
  id: string
  accountId: string
  name: string
  publicKey: Buffer
  counter: string
}

export interface PasskeyDeps {
  em: EntityManager
  factors: FactorDesk
  mail: MailDesk | null
  log: Logger
}

/**
 * Verifies a signature by one of the known passkeys, whose owner was asked who they are. A count of signatures that went back means
 * that there are two of what should be one: that is refused, and told to the owner.
 * @throws Problem 422 `auth.passkey_wrong`
 */
export async function verifyPasskey(
  { em, factors, mail, log }: PasskeyDeps,
  assertion: Assertion,
): Promise<SignedChallenge> {
  const challenge = challengeIn(assertion.clientDataJSON)
  const [stored] = await query<Stored>(
    em,
    `select id, account_id as "accountId", name, public_key as "publicKey", counter from passkey where credential_id = ?`,
    [Buffer.from(assertion.id, 'base64url')],
  )
  if (challenge === null || !stored || !isHandleOf(stored.accountId, assertion.userHandle)) throw passkeyWrong()
  const counter = await verify(assertion, stored.publicKey, factors)
  // One that was answered before may well come again, with the count of then.
  if (counter === null || !(await isPasskeyChallengeOpen(em, challenge))) throw passkeyWrong()
  const { accountId, name, id: passkeyId } = stored
  const before = Number(stored.counter)
  if ((counter > 0 || before > 0) && counter <= before) {
    log.warn({ passkeyId, accountId, counter, before }, 'the counter of a passkey went back: it may have been copied')
    await tellOfFactor({ em, mail }, { accountId, change: 'passkey-copied', name })
    throw passkeyWrong()
  }
  return { passkeyId, accountId, challenge, counter }
}

/**
 * Uses the challenge up that was signed, in the transaction of `em`; of two at once the second finds it used.
 * @param accountId whom it was made for; null: anybody
 * @throws Problem 422 `auth.passkey_wrong`
 */
export async function usePasskey(
  em: EntityManager,
  signed: SignedChallenge,
  { purpose, accountId }: { purpose: PasskeyPurpose; accountId: string | null },
): Promise<void> {
  const { passkeyId, challenge, counter } = signed
  if (accountId !== null && signed.accountId !== accountId) throw passkeyWrong()
  if (!(await redeemPasskeyChallenge(em, { challenge, purpose, accountId }))) throw passkeyWrong()
  const [used] = await query(
    em,
    `update passkey set counter = ?, last_used_at = now()
      where id = ? and (counter < ? or (counter = 0 and ? = 0)) returning 1`,
    [counter, passkeyId, counter, counter],
  )
  if (!used) throw passkeyWrong()
}

function isHandleOf(accountId: string, userHandle: string | undefined): boolean {
  return userHandle === undefined || Buffer.from(userHandle, 'base64url').equals(userHandleOf(accountId))
}

/** The counter that was signed; null if the signature is not right. */
async function verify(
  { id, ...response }: Assertion,
  publicKey: Buffer,
  { relyingParty }: FactorDesk,
): Promise<number | null> {
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        id,
        rawId: id,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: response.clientDataJSON,
          authenticatorData: response.authenticatorData,
          signature: response.signature,
        },
      },
      // Which one it is, and whether it may still be used, the database knows.
      expectedChallenge: () => true,
      expectedOrigin: relyingParty.origin,
      expectedRPID: relyingParty.id,
      // The counter is compared after the signature: what nobody has signed must not raise an alarm.
      credential: { id, publicKey: Uint8Array.from(publicKey), counter: 0 },
      requireUserVerification: true,
    })
    return verified ? authenticationInfo.newCounter : null
  } catch {
    // The library throws whatever is wrong with what it was sent.
    return null
  }
}

export function passkeyWrong(field = 'passkey'): Problem {
  return invalid(
    [{ pointer: `#/${field}`, code: 'auth.passkey_wrong', detail: 'is not right, not known here, or too late' }],
    'auth.passkey_wrong',
    'The passkey is not right, not known here, or was used too late. Try again.',
  )
}
