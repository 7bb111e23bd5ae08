import type { Passkey } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { query } from '@daguerre/kit/postgres'
import { conflict } from '@daguerre/kit/problem'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { verifyRegistrationResponse } from '@simplewebauthn/server'
import { lockAccount } from '../account/lock-account.ts'
import type { FactorDesk } from '../factor/factor-desk.ts'
import { addFactor } from '../factor/note-factor.ts'
import type { MailDesk } from '../mail/mail-desk.ts'
import { requireFreshSession } from '../session/require-fresh-session.ts'
import { algorithms } from './begin-passkey.ts'
import { type PasskeyRow, passkeyColumns, presentPasskey } from './passkey.ts'
import { challengeIn, redeemPasskeyChallenge } from './passkey-challenge.ts'
import { passkeyWrong } from './use-passkey.ts'

/** What an authenticator says of a passkey that it has made; all in base64url. */
export interface NewCredential {
  id: string
  clientDataJSON: string
  attestationObject: string
  transports: string[]
}

const most = 20

/**
 * Takes a passkey that was made by the options of `beginPasskey` for the viewer's.
 * @returns it, and recovery codes if it is the first factor
 * @throws Problem 422 `auth.passkey_wrong`, 409 `auth.passkey_known`, `auth.too_many_passkeys`, 403 `auth.reauthentication_required`
 */
export async function addPasskey(
  { em, viewer, factors, mail }: { em: EntityManager; viewer: Viewer; factors: FactorDesk; mail: MailDesk | null },
  { name, credential }: { name: string; credential: NewCredential },
): Promise<{ passkey: Passkey; recoveryCodes: string[] | null }> {
  const challenge = challengeIn(credential.clientDataJSON)
  const made = await verify(credential, factors)
  if (challenge === null || !made) throw passkeyWrong('credential')
  const { credential: key, credentialDeviceType } = made
  return em.transactional(async (tx) => {
    await lockAccount(tx, viewer.id)
    await requireFreshSession(tx, viewer)
    if (!(await redeemPasskeyChallenge(tx, { challenge, purpose: 'add', accountId: viewer.id }))) {
      throw passkeyWrong('credential')
    }
    const [row] = await query<{ count: number }>(
      tx,
      'select count(*)::int as count from passkey where account_id = ?',
      [viewer.id],
    )
    if ((row?.count ?? 0) >= most) throw conflict('auth.too_many_passkeys', `There may be ${most} at most: remove one.`)
    let passkey: PasskeyRow | undefined
    const recoveryCodes = await addFactor(
      { em: tx, viewer, mail },
      {
        change: 'passkey-added',
        name,
        add: async () => {
          ;[passkey] = await query<PasskeyRow>(
            tx,
            `insert into passkey (id, account_id, credential_id, public_key, counter, transports, name, is_synced)
             values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (credential_id) do nothing returning ${passkeyColumns}`,
            [
              newId(),
              viewer.id,
              Buffer.from(key.id, 'base64url'),
              Buffer.from(key.publicKey),
              key.counter,
              credential.transports,
              name,
              credentialDeviceType === 'multiDevice',
            ],
          )
          if (!passkey) throw conflict('auth.passkey_known', 'This passkey is known here already.')
        },
      },
    )
    return { passkey: presentPasskey(passkey!), recoveryCodes }
  })
}

async function verify({ id, clientDataJSON, attestationObject }: NewCredential, { relyingParty }: FactorDesk) {
  try {
    const { registrationInfo } = await verifyRegistrationResponse({
      response: {
        id,
        rawId: id,
        type: 'public-key',
        clientExtensionResults: {},
        response: { clientDataJSON, attestationObject },
      },
      // Which one it is, and whether it may still be used, the database knows.
      expectedChallenge: () => true,
      expectedOrigin: relyingParty.origin,
      expectedRPID: relyingParty.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    })
    return registrationInfo ?? null
  } catch {
    // The library throws whatever is wrong with what it was sent.
    return null
  }
}
