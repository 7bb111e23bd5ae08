import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'
import { issueLink, resetSeconds } from '../link/issue-link.ts'
import type { MailDesk } from '../mail/mail-desk.ts'
import { queueMail } from '../mail/queue-mail.ts'

interface Asked {
  id: string
  username: string
  email: string
}

/** Whoever knows an address can ask: its mailbox gets one mail a minute of it. */
const pauseSeconds = 60

/** Sends a link for each request whose address has an account; the job of what `requestPasswordReset` notes. */
export async function answerPasswordResets(
  { forkEm, mail }: { forkEm: () => EntityManager; mail: MailDesk },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted && (await answerNext(forkEm(), mail)));
}

async function answerNext(em: EntityManager, mail: MailDesk): Promise<boolean> {
  return em.transactional(async (tx) => {
    const [request] = await query<{ key: string; isLate: boolean }>(
      tx,
      `delete from password_reset_request
        where id = (select id from password_reset_request order by id limit 1 for update skip locked)
       returning email_key as key, requested_at < now() - make_interval(secs => ?) as "isLate"`,
      [resetSeconds],
    )
    if (!request) return false
    const account = request.isLate ? null : await findAsked(tx, request.key)
    if (account) await sendLink(tx, mail, account)
    return true
  })
}

/** Whom an address belongs to; where nobody has proven it, who claimed it first. Locked, so that it does not change meanwhile. */
async function findAsked(em: EntityManager, key: string): Promise<Asked | null> {
  const [account] = await query<Asked>(
    em,
    `select id, username, email from account
      where ((email_key = ? and email_claim_key is null) or email_claim_key = ?)
        and not exists (select from account_link link
          where link.account_id = account.id and link.purpose = 'reset-password'
            and link.created_at > now() - make_interval(secs => ?))
      order by email_claim_key nulls first, id limit 1 for share`,
    [key, key, pauseSeconds],
  )
  return account ?? null
}

async function sendLink(em: EntityManager, mail: MailDesk, { id, username, email }: Asked): Promise<void> {
  const token = await issueLink(em, {
    accountId: id,
    purpose: 'reset-password',
    email,
    lifetimeSeconds: resetSeconds,
  })
  await queueMail(
    { em, mail },
    {
      template: 'reset-password',
      data: { username, link: `${mail.publicUrl}/reset-password?token=${token}` },
      accountId: id,
      recipient: email,
      lifetimeSeconds: resetSeconds,
    },
  )
}
