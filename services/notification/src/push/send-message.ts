import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { checkedLookup } from '@daguerre/kit/public-internet'
import { pushUrl } from './push-url.ts'

export interface Sent {
  status: number
  /** What the service asks to wait, if it does. */
  retryAfterMs: number | null
}

export interface Sender {
  /** @throws Error if the service cannot be reached, or is at an address that nothing may be sent to */
  send(endpoint: string, headers: Record<string, string>, body: Buffer): Promise<Sent>
  close(): void
}

const timeoutMs = 10_000

/**
 * Posts to push services. Whoever subscribes names the address, so what a name leads to is looked at in the very lookup that the
 * connection is made by: a name that leads to a machine of our own is refused, whatever it led to before. Nothing is followed.
 */
export function createSender({ loopback }: { loopback: boolean }): Sender {
  const agents = { https: new HttpsAgent({ keepAlive: true }), http: new HttpAgent({ keepAlive: true }) }

  const lookup = checkedLookup({ internet: true, loopback })

  return {
    send(endpoint, headers, body) {
      const url = pushUrl(endpoint, { loopback })
      if (!url) return Promise.reject(new Error('not on the public internet'))
      const isHttps = url.protocol === 'https:'
      return new Promise((resolve, reject) => {
        const request = (isHttps ? httpsRequest : httpRequest)(url, {
          method: 'POST',
          agent: isHttps ? agents.https : agents.http,
          lookup,
          headers: { ...headers, 'content-length': body.length },
          signal: AbortSignal.timeout(timeoutMs),
        })
        request.on('error', reject)
        request.on('response', (response) => {
          resolve({ status: response.statusCode ?? 0, retryAfterMs: retryAfter(response.headers['retry-after']) })
          // What it says besides is not needed; a body without end would hold the connection.
          if (Number(response.headers['content-length'] ?? 0) > 65_536) request.destroy()
          else response.on('error', () => {}).resume()
        })
        request.end(body)
      })
    },
    close() {
      agents.https.destroy()
      agents.http.destroy()
    },
  }
}

function retryAfter(header: string | undefined): number | null {
  if (header === undefined) return null
  if (/^\d{1,6}$/.test(header)) return Number(header) * 1000
  const at = Date.parse(header)
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now())
}
