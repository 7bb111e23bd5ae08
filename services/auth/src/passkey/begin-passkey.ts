import { query } from '@daguerre/kit/postgres'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { generateRegistrationOptions } from '@simplewebauthn/server'
import type { FactorDesk } from '../factor/factor-desk.ts'
import { requireFreshSession } from '../session/require-fresh-session.ts'
import { userHandleOf } from './passkey.ts'
import { issuePasskeyChallenge } from './passkey-challenge.ts'

/** EdDSA, ES256, RS256: what authenticators of today make. */
export const algorithms = [-8, -7, -257]

/**
 * What a browser makes a passkey for the viewer from. It must be one that asks who uses it and can be found without a name, so that
 * each is good as second factor and as the only one.
 * @throws Problem 403 `auth.reauthentication_required`
 */
export async function beginPasskey({
  em,
  viewer,
  factors,
}: {
  em: EntityManager
  viewer: Viewer
  factors: FactorDesk
}) {
  const { challenge, known } = await em.transactional(async (tx) => {
    await requireFreshSession(tx, viewer)
    return {
      challenge: await issuePasskeyChallenge(tx, { purpose: 'add', accountId: viewer.id }),
      known: await credentialsOf(tx, viewer.id),
    }
  })
  return generateRegistrationOptions({
    rpName: 'Daguerre',
    rpID: factors.relyingParty.id,
    userName: viewer.username,
    userDisplayName: viewer.username,
    userID: userHandleOf(viewer.id),
    challenge: Uint8Array.from(Buffer.from(challenge, 'base64url')),
    attestationType: 'none',
    excludeCredentials: known,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: algorithms,
  })
}

/** The passkeys of an account as browsers want them named. */
export async function credentialsOf(
  em: EntityManager,
  accountId: string,
): Promise<{ id: string; transports: string[] }[]> {
  const rows = await query<{ id: Buffer; transports: string[] }>(
    em,
    'select credential_id as id, transports from passkey where account_id = ? order by id',
    [accountId],
  )
  return rows.map(({ id, transports }) => ({ id: id.toString('base64url'), transports }))
}
