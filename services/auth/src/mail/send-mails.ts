import { createHash } from 'node:crypto'
import type { Logger } from '@daguerre/kit/log'
import { counter, gauge } from '@daguerre/kit/metrics'
import { query } from '@daguerre/kit/postgres'
import { sideBySide } from '@daguerre/kit/side-by-side'
import type { EntityManager } from '@mikro-orm/postgresql'
import { emailKey } from '../account/account.ts'
import { findHolder } from '../account/find-holder.ts'
import { unsealWithAny } from '../seal.ts'
import type { MailDesk } from './mail-desk.ts'
import { mailContext } from './queue-mail.ts'
import { isTemplateName, type MailData, type RenderedMail, renderMail } from './render-mail.ts'
import { isRefusedForGood, type SendMail, smtpReason } from './smtp.ts'

export interface SendMailsDeps {
  forkEm: () => EntityManager
  mail: MailDesk
  send: SendMail
  log: Logger
  /** How long a mail that is being sent is left to who sends it: longer than the time limits of SMTP together. */
  leaseSeconds?: number
}

interface MailJob {
  id: string
  template: string
  accountId: string | null
  recipient: string
  sealed: Buffer
  attempts: number
  isExpired: boolean
}

const mailsAtOnce = 4
/** To one mailbox, of mails that whoever types its address causes. */
export const mostInADay = 20
const firstPauseSeconds = 10
const longestPauseSeconds = 3600

/**
 * Sends what is due, several at once; replicas share the work. A mail is deleted after the server has taken it, so one that was
 * killed in between comes again when its lease is over: at most twice for one kill, and never not at all.
 */
export async function sendMails(deps: SendMailsDeps, signal: AbortSignal): Promise<void> {
  let isServerAway = false
  async function sendInTurn(): Promise<void> {
    while (!signal.aborted && !isServerAway) {
      const outcome = await sendNext(deps)
      if (outcome === 'none') return
      if (outcome === 'failed') isServerAway = true
    }
  }
  try {
    await sideBySide(mailsAtOnce, sendInTurn)
  } finally {
    await measure(deps.forkEm())
  }
}

async function sendNext(deps: SendMailsDeps): Promise<'none' | 'done' | 'failed'> {
  const { forkEm, log, leaseSeconds = 180 } = deps
  const em = forkEm()
  const [job] = await query<MailJob>(
    em,
    `update mail_job set attempts = attempts + 1, due_at = now() + make_interval(secs => ?)
      where id = (select id from mail_job where due_at <= now() order by due_at limit 1 for update skip locked)
     returning id, template, account_id as "accountId", recipient, sealed, attempts, expires_at <= now() as "isExpired"`,
    [leaseSeconds],
  )
  if (!job) return 'none'
  if (job.isExpired) return await giveUp(em, job, log, 'it was not sent in time')
  // Looked at here, as is whose an address is: the request takes as long for every mailbox.
  if (job.template === 'confirm-address' && job.attempts === 1 && (await countMail(em, job.recipient)) > mostInADay) {
    return await giveUp(em, job, log, 'its mailbox has had as many in a day as anybody may cause')
  }
  const rendered = await render(em, deps.mail, job)
  if (!rendered) return await giveUp(em, job, log, 'it cannot be read: SECRET_KEY is not the one it was written with')
  try {
    await deps.send({ id: job.id, to: job.recipient, ...rendered })
  } catch (error) {
    const reason = smtpReason(error)
    if (isRefusedForGood(error)) return await giveUp(em, job, log, 'the server refused it', reason)
    const pauseSeconds = Math.min(longestPauseSeconds, firstPauseSeconds * 2 ** (job.attempts - 1))
    await query(em, 'update mail_job set due_at = now() + make_interval(secs => ?) where id = ?', [
      pauseSeconds * (0.75 + Math.random() / 2),
      job.id,
    ])
    log.warn({ ...described(job), ...reason, pauseSeconds }, 'a mail could not be sent and is tried again')
    return 'failed'
  }
  await query(em, 'delete from mail_job where id = ?', [job.id])
  counter('mails_sent_total', 'Mails that the SMTP server has taken', ['template']).inc({ template: job.template })
  return 'done'
}

/** What it says; null if it cannot be opened any more. */
async function render(em: EntityManager, mail: MailDesk, job: MailJob): Promise<RenderedMail | null> {
  const opened = unsealWithAny(mail.sealingKeys, job.sealed, mailContext(job.id))
  if (!opened || !isTemplateName(job.template)) return null
  const data = JSON.parse(opened.plaintext) as MailData<typeof job.template>
  if (job.template === 'confirm-address') {
    // Asked now and not when it was written: the request must take as long, whoever the address belongs to.
    const holder = await findHolder(em, emailKey(job.recipient))
    if (holder && holder.id !== job.accountId) {
      return renderMail('address-in-use', { username: data.username, holder: holder.username }, mail)
    }
  }
  return renderMail(job.template, data, mail)
}

/** How many mails that anybody can cause a mailbox has had today, with this one. */
async function countMail(em: EntityManager, recipient: string): Promise<number> {
  const day = new Date().toISOString().slice(0, 10)
  const [row] = await query<{ mails: number }>(
    em,
    `insert into mailbox_count as m (key, mails) values (?, 1)
     on conflict (key) do update set mails = m.mails + 1 returning mails`,
    [
      createHash('sha256')
        .update(`${day} ${emailKey(recipient)}`)
        .digest(),
    ],
  )
  return row!.mails
}

async function giveUp(
  em: EntityManager,
  job: MailJob,
  log: Logger,
  why: string,
  reason: { code?: string; status?: number } = {},
): Promise<'done'> {
  await query(em, 'delete from mail_job where id = ?', [job.id])
  counter('mails_given_up_total', 'Mails that were never sent', ['template']).inc({ template: job.template })
  log.error({ ...described(job), ...reason, why }, 'a mail is given up')
  return 'done'
}

/** For logs: neither the address nor what it says. */
function described({ id, template, accountId, attempts }: MailJob): object {
  return { mailId: id, template, accountId, attempts }
}

async function measure(em: EntityManager): Promise<void> {
  const [row] = await query<{ waiting: number; ageSeconds: number | null }>(
    em,
    `select count(*)::int as waiting, extract(epoch from now() - min(created_at))::float8 as "ageSeconds"
       from (select created_at from mail_job limit 10000) as waiting`,
  )
  gauge('mails_waiting', 'Mails that are not sent yet (10000 means: or more)').set(row!.waiting)
  gauge('mails_waiting_seconds', 'Age of the oldest mail that is not sent yet').set(row!.ageSeconds ?? 0)
}
