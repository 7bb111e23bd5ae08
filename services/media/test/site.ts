import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import type { FetchOptions } from '../src/import/fetch-photo.ts'

type Page = (response: ServerResponse, request: IncomingMessage) => void

/**
 * The internet of a test, on loopback: names and where they lead, and one server that answers for all. Every connection that would be made
 * is written down, and made to that server: nothing else is ever dialled.
 */
export async function startSite(certificate?: { key: string; cert: string }) {
  const pages = new Map<string, Page>()
  const requests: IncomingMessage[] = []
  const dialled: string[] = []
  const asked: string[] = []
  const names = new Map<string, string[] | (() => string[])>()

  function listener(request: IncomingMessage, response: ServerResponse): void {
    requests.push(request)
    const page = pages.get(request.url ?? '')
    if (page) page(response, request)
    else response.writeHead(404).end('no such page')
  }
  const server = certificate ? createTlsServer(certificate, listener) : createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port: ownPort } = server.address() as AddressInfo

  const fetching: FetchOptions = {
    reach: { internet: true, loopback: false },
    userAgent: 'Daguerre (+http://localhost:8080)',
    resolve(hostname) {
      asked.push(hostname)
      const known = names.get(hostname)
      const addresses = typeof known === 'function' ? known() : known
      if (!addresses) return Promise.reject(new Error(`queryA ENOTFOUND ${hostname}`))
      return Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })))
    },
    connect({ host, port, lookup }) {
      // An address is not looked up, a name as `node:net` would.
      if (/^[\d.]+$|:/.test(host)) {
        dialled.push(`${host}:${port}`)
        return connect(ownPort, '127.0.0.1')
      }
      return connect({
        host,
        port: ownPort,
        lookup(hostname, options, done) {
          lookup(hostname, { ...options, all: true }, (error, found) => {
            if (error) return done(error, [])
            for (const { address } of found as { address: string }[]) dialled.push(`${address}:${port}`)
            done(null, options.all ? [{ address: '127.0.0.1', family: 4 }] : '127.0.0.1', 4)
          })
        },
      })
    },
  }

  return {
    fetching,
    names,
    pages,
    requests,
    /** What would have been connected to, with the port. */
    dialled,
    /** Names that were looked up. */
    asked,
    /** A page with these bytes. */
    serve(path: string, body: Uint8Array, headers: Record<string, string> = {}): void {
      pages.set(path, (response) => response.writeHead(200, { 'content-length': body.length, ...headers }).end(body))
    },
    redirect(path: string, location: string, status = 302): void {
      pages.set(path, (response) => response.writeHead(status, { location }).end())
    },
    async stop(): Promise<void> {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
