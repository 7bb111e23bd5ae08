import { waitFor } from './testing.ts'

export type CaughtMail = { id: string; messageId: string; to: string; subject: string; text: string; html: string }

type Caught = { ID: string; MessageID: string; To: { Address: string }[]; Subject: string; Text: string; HTML: string }

/** What the catcher of a test system has for an address, the newest first. `inbox` is where its API is (Mailpit's). */
export async function mailsTo(inbox: string, address: string): Promise<CaughtMail[]> {
  const { messages } = await ask<{ messages: Caught[] }>(
    `${inbox}/api/v1/search?query=${encodeURIComponent(`to:"${address}"`)}`,
  )
  return await Promise.all(
    messages.map(async ({ ID }) => {
      const caught = await ask<Caught>(`${inbox}/api/v1/message/${ID}`)
      return {
        id: ID,
        messageId: caught.MessageID,
        to: caught.To.map((one) => one.Address).join(', '),
        subject: caught.Subject,
        text: caught.Text,
        html: caught.HTML,
      }
    }),
  )
}

/** The newest mail with this subject to an address, as soon as it is there. */
export async function waitForMail(inbox: string, address: string, subject: string): Promise<CaughtMail> {
  return await waitFor(async () => (await mailsTo(inbox, address)).find((mail) => mail.subject === subject), {
    what: `a mail "${subject}" to ${address}`,
    timeoutMs: 15_000,
    intervalMs: 100,
  })
}

/** The path and the token of the link that a mail has. @throws Error if it has none */
export function linkIn({ text }: Pick<CaughtMail, 'text'>): { path: string; token: string } {
  const found = /https?:\/\/\S+\?token=\S+/.exec(text)?.[0]
  if (!found) throw new Error('The mail has no link.')
  const { pathname, searchParams } = new URL(found)
  return { path: pathname, token: searchParams.get('token') ?? '' }
}

async function ask<Body>(url: string): Promise<Body> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) })
  if (!response.ok) throw new Error(`the inbox answers ${response.status}`)
  return (await response.json()) as Body
}
