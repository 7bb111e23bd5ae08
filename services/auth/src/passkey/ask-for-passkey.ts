import type { EntityManager } from '@mikro-orm/postgresql'
import { generateAuthenticationOptions } from '@simplewebauthn/server'
import type { FactorDesk } from '../factor/factor-desk.ts'
import { credentialsOf } from './begin-passkey.ts'
import { issuePasskeyChallenge, type PasskeyPurpose } from './passkey-challenge.ts'

/** What a browser asks for a passkey by: one of the account's, or, of nobody in particular, whichever its owner chooses. */
export async function askForPasskey(
  { em, factors }: { em: EntityManager; factors: FactorDesk },
  { purpose, accountId }: { purpose: PasskeyPurpose; accountId: string | null },
) {
  const challenge = await issuePasskeyChallenge(em, { purpose, accountId })
  return generateAuthenticationOptions({
    rpID: factors.relyingParty.id,
    challenge: Uint8Array.from(Buffer.from(challenge, 'base64url')),
    userVerification: 'required',
    ...(accountId !== null && { allowCredentials: await credentialsOf(em, accountId) }),
  })
}
