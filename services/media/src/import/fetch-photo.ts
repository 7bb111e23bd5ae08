import { type IncomingMessage, request as httpRequest } from 'node:http'
import { connect as netConnect, isIP, type LookupFunction, type Socket } from 'node:net'
import { connect as tlsConnect } from 'node:tls'
import { mediaLimits } from '@daguerre/contracts'
import {
  AddressRefused,
  checkedLookup,
  hostOf,
  type Reach,
  reachableUrl,
  type Resolve,
} from '@daguerre/kit/public-internet'
import { ImageRefused } from '../image/failure.ts'
import { importProtocols } from './start-import.ts'

/** Nothing came, or not all of it, for a reason that may pass. */
export class FetchFailed extends Error {
  override readonly name = 'FetchFailed'
}

export type FetchOptions = {
  reach: Reach
  /** Says who asks, with a way to find them. */
  userAgent: string
  /** For everything, from the first look into DNS to the last byte; 30 s by default. */
  timeoutMs?: number
  /** All addresses of a name; DNS by default. */
  resolve?: Resolve
  /** Opens a connection to what `lookup` gives; `node:net` by default. */
  connect?: (to: { host: string; port: number; lookup: LookupFunction }) => Socket
}

const defaultTimeoutMs = 30_000
const mostRedirects = 5
const maxHeaderBytes = 16_384
const redirects = new Set([301, 302, 303, 307, 308])
/** Of 4xx, what may be otherwise later: Request Timeout, Too Early, Too Many Requests. */
const passing = new Set([408, 425, 429])

/**
 * Asks for what is at a URL. Redirects are followed by hand, each looked at as the first URL was. Nothing is sent that would tell of
 * anybody here, and nothing is decompressed. The body ends with an error when the time is over.
 * @throws ImageRefused import_address, import_redirects, import_not_found, too_large; FetchFailed
 */
export async function fetchPhoto(options: FetchOptions, start: string, signal: AbortSignal): Promise<IncomingMessage> {
  const whole = AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs ?? defaultTimeoutMs)])
  let target = start
  for (let hops = 0; hops <= mostRedirects; hops++) {
    const url = reachableUrl(target, importProtocols, options.reach)
    if (!url) throw new ImageRefused('import_address')
    const response = await get(options, url, whole)
    const next = redirectOf(response, url)
    if (next === undefined) return usable(response)
    response.destroy()
    target = next
  }
  throw new ImageRefused('import_redirects')
}

function redirectOf({ statusCode = 0, headers }: IncomingMessage, from: URL): string | undefined {
  if (!redirects.has(statusCode) || headers.location === undefined) return undefined
  // What is no URL is none that can be reached.
  return URL.parse(headers.location, from.href)?.href ?? ''
}

function usable(response: IncomingMessage): IncomingMessage {
  const { statusCode = 0, headers } = response
  try {
    if (statusCode >= 500 || passing.has(statusCode)) throw new FetchFailed(`it answers ${statusCode}`)
    if (statusCode !== 200) throw new ImageRefused('import_not_found')
    if (Number(headers['content-length'] ?? 0) > mediaLimits.maxBytes) throw new ImageRefused('too_large')
  } catch (error) {
    response.destroy()
    throw error
  }
  return response
}

function get(options: FetchOptions, url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      path: `${url.pathname}${url.search}`,
      // A connection of its own, and none that is kept: what was looked at is what is dialled.
      createConnection: () => open(options, url),
      headers: {
        host: url.host,
        'user-agent': options.userAgent,
        accept: 'image/avif,image/webp,image/png,image/jpeg,image/gif',
        'accept-encoding': 'identity',
        connection: 'close',
      },
      maxHeaderSize: maxHeaderBytes,
      signal,
    })
    request.on('response', resolve)
    request.on('error', (error) => {
      reject(error instanceof AddressRefused ? new ImageRefused('import_address', error) : failed(error))
    })
    request.end()
  })
}

function open({ reach, resolve, connect = netConnect }: FetchOptions, url: URL): Socket {
  const host = hostOf(url)
  const isHttps = url.protocol === 'https:'
  const port = Number(url.port) || (isHttps ? 443 : 80)
  const socket = connect({ host, port, lookup: checkedLookup(reach, resolve) })
  if (!isHttps) return socket
  // The certificate is held against the host, an address included, which no server name may be (RFC 6066 §3).
  return tlsConnect({ socket, host, ...(isIP(host) === 0 && { servername: host }) })
}

function failed(error: unknown): FetchFailed {
  return new FetchFailed('nothing came', { cause: error })
}
