import type { Keys } from '@daguerre/kit/secret'
import { notFound, type Problem } from '@daguerre/kit/problem'

/** What it takes to write a mail; null in its place where there is no SMTP server. */
export interface MailDesk {
  /** Encrypt what mails say, links above all, while they wait. */
  sealingKeys: Keys
  /** Of the web app, to which links lead. */
  publicUrl: string
  /** Life of a link that confirms an address. */
  confirmationSeconds: number
}

/** @throws Problem 404 `auth.mail_off` where no mail can be sent */
export function requireMail(mail: MailDesk | null): MailDesk {
  if (!mail) throw mailOff()
  return mail
}

function mailOff(): Problem {
  return notFound('auth.mail_off', 'This server sends no mail, so this cannot be done here. Ask those who run it.')
}
