import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { callbackify } from 'node:util'
import { SMTPServer } from 'smtp-server'
import { listPage, messagePage } from './inbox-page.ts'
import { type Inbox, openInbox } from './inbox.ts'

/** What a page of the inbox may do: nothing but look as it does. No picture of a mail is ever fetched. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

/**
 * Takes every mail and delivers none: an SMTP server, and the inbox as a page and as the part of Mailpit's API that reads.
 * Both listen on the loopback alone.
 */
export async function startCatcher(options: {
  smtpPort: number
  inboxPort: number
  folder: string
}): Promise<{ close(): Promise<void> }> {
  const inbox = await openInbox(options.folder)
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    size: 5_000_000,
    onAuth: ({ username }, _session, done) => done(null, { user: username }),
    // Kept before it is confirmed, as a server in earnest does.
    onData: (stream, _session, done) => callbackify(keep)(inbox, stream, done),
  })
  smtp.on('error', (error: Error) => console.error(error.message))
  const web = createServer((request, response) => void answer(inbox, request, response))
  smtp.listen(options.smtpPort, '127.0.0.1')
  web.listen(options.inboxPort, '127.0.0.1')
  await Promise.all([once(smtp.server, 'listening'), once(web, 'listening')])
  return {
    async close() {
      web.close()
      web.closeAllConnections()
      await new Promise<void>((resolve) => smtp.close(() => resolve()))
    },
  }
}

async function keep(inbox: Inbox, stream: NodeJS.ReadableStream): Promise<void> {
  await inbox.add(await buffer(stream))
}

async function answer(inbox: Inbox, request: IncomingMessage, response: ServerResponse): Promise<void> {
  function send(status: number, type: string, body: string): void {
    response.writeHead(status, {
      'content-type': type,
      'content-security-policy': policy,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    response.end(body)
  }
  function json(body: unknown): void {
    send(200, 'application/json', JSON.stringify(body))
  }
  // A name of elsewhere that leads to the loopback would let its page read the links in here.
  if (!/^(localhost|127\.0\.0\.1)(:\d+)?$/.test(request.headers.host ?? '')) return send(403, 'text/plain', 'No.\n')
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
  const route = `${request.method} ${pathname}`
  const message = inbox.find(pathname.split('/').at(-1) ?? '')
  if (route === 'GET /') return send(200, 'text/html; charset=utf-8', listPage(inbox.list()))
  if (route === 'GET /api/v1/messages') return json(listed(inbox.list()))
  if (route === 'GET /api/v1/search') return json(listed(inbox.list(addressIn(searchParams.get('query')))))
  if (route === 'DELETE /api/v1/messages') return json(await inbox.clear())
  if (message && route === `GET /messages/${message.ID}`)
    return send(200, 'text/html; charset=utf-8', messagePage(message))
  if (message && route === `GET /api/v1/message/${message.ID}`) return json(message)
  send(404, 'text/plain', 'Nothing is here.\n')
}

function listed(messages: readonly object[]): object {
  return { total: messages.length, messages }
}

/** Of Mailpit's language only `to:"address"`. */
function addressIn(query: string | null): string {
  return /^to:"?([^"\s]+)"?$/.exec(query ?? '')?.[1] ?? ''
}
