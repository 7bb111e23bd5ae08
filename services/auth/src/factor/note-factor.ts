import { query } from '@daguerre/kit/postgres'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { MailDesk } from '../mail/mail-desk.ts'
import type { FactorChange } from '../mail/templates/factor-changed.ts'
import { findFactors } from './find-factors.ts'
import { makeRecoveryCodes } from './make-recovery-codes.ts'
import { tellOfFactor } from './tell-of-factor.ts'

interface Deps {
  em: EntityManager
  viewer: Viewer
  mail: MailDesk | null
}

/**
 * Adds a second factor by `add`, in the transaction of `em`, which has locked the account. With the first one come recovery codes, and
 * no other session may do what is dangerous by the password alone any more; all go on.
 * @returns the codes, which are shown this once; null if there were some
 */
export async function addFactor(
  { em, viewer, mail }: Deps,
  { change, name, add }: { change: FactorChange; name?: string; add: () => Promise<void> },
): Promise<string[] | null> {
  const isFirst = (await findFactors(em, viewer.id)).length === 0
  await add()
  await query(em, 'update session set second_factor = true where id = ?', [viewer.sessionId])
  await tellOfFactor({ em, mail }, { accountId: viewer.id, change, ...(name !== undefined && { name }) })
  if (!isFirst) return null
  await query(em, 'update session set fresh_until = null where account_id = ? and id <> ?', [
    viewer.id,
    viewer.sessionId,
  ])
  return makeRecoveryCodes(em, viewer.id)
}

/** What there is to do when one was removed, in the same transaction: after the last one nothing is left of them. */
export async function noteRemovedFactor(
  { em, viewer, mail }: Deps,
  { change, name }: { change: FactorChange; name?: string },
): Promise<void> {
  await tellOfFactor({ em, mail }, { accountId: viewer.id, change, ...(name !== undefined && { name }) })
  if ((await findFactors(em, viewer.id)).length > 0) return
  await query(em, 'delete from recovery_code where account_id = ?', [viewer.id])
  await query(em, 'update session set second_factor = false where account_id = ?', [viewer.id])
}
