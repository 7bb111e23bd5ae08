import { createTransport } from 'nodemailer'
import type { RenderedMail } from './render-mail.ts'

export interface Letter extends RenderedMail {
  /** The same each time that this mail is sent, so that a mailbox knows a second one for what it is. */
  id: string
  to: string
}

/** Resolves when the server has taken it. @throws the error of nodemailer */
export type SendMail = (letter: Letter) => Promise<void>

/** The way to an SMTP server; connections are kept, and made when they are needed. */
export function createSmtp({ url, from }: { url: string; from: string }): { send: SendMail; close(): void } {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: 4,
    // A password does not go over a line that somebody on the way has kept from being encrypted.
    requireTLS: new URL(url).username !== '',
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const [, host = 'localhost'] = /@([^>\s]+)>?\s*$/.exec(from) ?? []
  return {
    async send({ id, to, subject, text, html }) {
      await transport.sendMail({
        messageId: `<${id}@${host}>`,
        from,
        // As a part of its own nothing in it can name a second recipient.
        to: { name: '', address: to },
        subject,
        text,
        html,
        headers: { 'Auto-Submitted': 'auto-generated' },
      })
    },
    close: () => transport.close(),
  }
}

/** Whether the server will never take this mail, as when it knows no such mailbox. */
export function isRefusedForGood(error: unknown): boolean {
  const { code, responseCode = 0 } = error as { code?: string; responseCode?: number }
  return (code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode >= 500
}

/** What of such an error may stand in a log: a server's words hold addresses. */
export function smtpReason(error: unknown): { code?: string; status?: number } {
  const { code, responseCode } = error as { code?: string; responseCode?: number }
  return { ...(code !== undefined && { code }), ...(responseCode !== undefined && { status: responseCode }) }
}
