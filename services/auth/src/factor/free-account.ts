import type { Logger } from '@daguerre/kit/log'
import { problem } from '@daguerre/kit/problem'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { MailDesk } from '../mail/mail-desk.ts'
import { shutOutPrograms } from '../oauth/end-grants.ts'
import { lockAsAdmin } from '../role/lock-as-admin.ts'
import { endLockedSessions } from '../session/end-session.ts'
import type { EndedSessions } from '../session/ended-sessions.ts'
import { lockSessions } from '../session/lock-sessions.ts'
import { noteDecision } from '../standing/note-decision.ts'
import { dropFactors } from './drop-factors.ts'
import { findFactors } from './find-factors.ts'
import { tellOfFactor } from './tell-of-factor.ts'

/**
 * An admin frees somebody who has lost all second factors: these go, with all sessions and tokens of the account, and its owner and the audit
 * log are told. The password stays what opens it. Of one that has none nothing changes.
 * @throws Problem 403 `auth.not_admin` or `auth.reauthentication_required`, 404 `auth.account_not_found`, 422 `auth.own_factors`
 */
export async function freeAccount(
  {
    em,
    viewer,
    endedSessions,
    mail,
    log,
  }: { em: EntityManager; viewer: Viewer; endedSessions: EndedSessions; mail: MailDesk | null; log: Logger },
  { person, reason }: { person: string; reason: string },
): Promise<void> {
  const freed = await em.transactional(async (tx) => {
    const target = await lockAsAdmin(tx, viewer, person)
    // Else whoever found an admin's device would need no proof for it.
    if (target.id === viewer.id) throw problem(422, 'auth.own_factors', 'Your own you remove in your settings.')
    const before = { factors: await findFactors(tx, target.id) }
    if (!(await dropFactors(tx, target.id))) return null
    await endLockedSessions({ em: tx, endedSessions }, await lockSessions(tx, target.id), 'ended')
    await shutOutPrograms({ em: tx, endedSessions }, target.id)
    await tellOfFactor({ em: tx, mail }, { accountId: target.id, change: 'dropped-by-admin' })
    const [after, about] = [{ factors: [] }, { actorId: viewer.id, userId: target.id }]
    await noteDecision(tx, { action: 'free_account', ...about, reason, before, after })
    return target.id
  })
  if (freed) log.info({ by: viewer.id, accountId: freed }, 'the second factors of an account were removed')
}
