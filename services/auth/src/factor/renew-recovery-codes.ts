import { conflict } from '@daguerre/kit/problem'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { lockAccount } from '../account/lock-account.ts'
import type { MailDesk } from '../mail/mail-desk.ts'
import { requireFreshSession } from '../session/require-fresh-session.ts'
import { findFactors } from './find-factors.ts'
import { makeRecoveryCodes } from './make-recovery-codes.ts'
import { tellOfFactor } from './tell-of-factor.ts'

/**
 * New recovery codes for the viewer; those of before are void.
 * @throws Problem 409 `auth.no_factor` where there is nothing to recover, 403 `auth.reauthentication_required`
 */
export async function renewRecoveryCodes({
  em,
  viewer,
  mail,
}: {
  em: EntityManager
  viewer: Viewer
  mail: MailDesk | null
}): Promise<string[]> {
  return em.transactional(async (tx) => {
    await lockAccount(tx, viewer.id)
    await requireFreshSession(tx, viewer)
    if ((await findFactors(tx, viewer.id)).length === 0) {
      throw conflict('auth.no_factor', 'Recovery codes come with an authenticator app or a passkey.')
    }
    await tellOfFactor({ em: tx, mail }, { accountId: viewer.id, change: 'codes-made' })
    return makeRecoveryCodes(tx, viewer.id)
  })
}
