import { query } from '@daguerre/kit/postgres'
import { forbidden, notFound } from '@daguerre/kit/problem'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { tellOfAccount } from '../account/create-account.ts'
import type { MailDesk } from '../mail/mail-desk.ts'
import { queueMail } from '../mail/queue-mail.ts'
import { noteDecision } from '../standing/note-decision.ts'
import { isConfirmed } from './list-applicants.ts'

/**
 * What a moderator decides about somebody who waits: they have an account from now on, of which all others hear, or it is gone and its username is
 * free. The applicant and the audit log are told; of two moderators the second finds nobody who waits.
 * @throws Problem 404 `auth.applicant_not_found`, 403 `auth.not_moderator`
 */
export async function decideApplication(
  { em, viewer, mail }: { em: EntityManager; viewer: Viewer; mail: MailDesk | null },
  { id, outcome, reason }: { id: string; outcome: 'approved' | 'declined'; reason: string },
): Promise<void> {
  await em.transactional(async (tx) => {
    // The token may be a second older than the end of a role.
    const [moderator] = await query(tx, `select 1 from account where id = ? and role <> 'member' for share`, [
      viewer.id,
    ])
    if (!moderator) throw forbidden('auth.not_moderator')
    // The application's row first, as by the job that forgets it.
    const [application] = await query(
      tx,
      `delete from application where account_id = ? and exists (select from account where id = account_id and ${isConfirmed})
       returning 1 as one`,
      [id],
    )
    const [account] = await query<{ id: string; username: string; email: string; createdAt: Date }>(
      tx,
      'select id, username, email, created_at as "createdAt" from account where id = ? for update',
      [id],
    )
    if (!application || !account) throw notFound('auth.applicant_not_found', 'Nobody of this id waits for moderators.')
    const { username, email: recipient } = account
    if (outcome === 'approved') {
      await tellOfAccount(tx, account)
      if (mail) {
        const data = { username, link: `${mail.publicUrl}/login` }
        await queueMail({ em: tx, mail }, { template: 'registration-approved', data, accountId: id, recipient })
      }
    } else {
      await query(tx, 'delete from account where id = ?', [id])
      if (mail) {
        const data = { username, reason }
        await queueMail({ em: tx, mail }, { template: 'registration-declined', data, accountId: null, recipient })
      }
    }
    const action = outcome === 'approved' ? 'approve_registration' : 'decline_registration'
    const [before, after] = [{ registration: 'waits' }, { registration: outcome }]
    await noteDecision(tx, { action, actorId: viewer.id, userId: id, reason, before, after })
  })
}
