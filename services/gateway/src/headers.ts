/** Helmet's set for an API, plus what a browser needs to be told about content. */
export const securityHeaders: Record<string, string> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
}

// RFC 9110 §7.6.1: for one connection only.
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

// Never taken from outside: they speak for the gateway or for a sidecar.
const notFromClients = new Set([
  'host',
  'expect',
  'forwarded',
  'x-real-ip',
  'x-request-id',
  // Frameworks take these for the path and the method.
  'x-original-url',
  'x-rewrite-url',
  'x-http-method-override',
  // Over HTTP/1.1 the beginning of another protocol.
  'http2-settings',
  'traceparent',
  'tracestate',
  'accept-encoding',
  'if-none-match',
  'content-length',
])

function isSpoken(name: string): boolean {
  return ['dapr-', 'x-daguerre-', 'x-forwarded-'].some((prefix) => name.startsWith(prefix))
}

/** The client's headers that a service may see. `keep` names those that this route passes all the same. */
export function forwardedHeaders(
  headers: Iterable<[string, string]>,
  connection: string | undefined,
  keep: ReadonlySet<string>,
): Record<string, string> {
  const named = new Set((connection ?? '').split(',').map((name) => name.trim().toLowerCase()))
  const forwarded: Record<string, string> = {}
  for (const [rawName, value] of headers) {
    const name = rawName.toLowerCase()
    if (keep.has(name) || !(hopByHop.has(name) || named.has(name) || notFromClients.has(name) || isSpoken(name))) {
      forwarded[name] = value
    }
  }
  return forwarded
}

/** A service's answer's headers as the client gets them. */
export function answeredHeaders(headers: Record<string, string | string[] | undefined>): [string, string][] {
  const answered: [string, string][] = []
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || hopByHop.has(name) || name === 'x-request-id' || isSpoken(name)) continue
    if (Array.isArray(value)) for (const item of value) answered.push([name, item])
    else answered.push([name, value])
  }
  return answered
}

/** Who asks: the address of the connection, or what a trusted proxy in front says (the last one it added). */
export function clientAddress(
  remoteAddress: string | undefined,
  forwardedFor: string | undefined,
  trustedProxies: number,
): string {
  if (trustedProxies > 0 && forwardedFor) {
    const hops = forwardedFor.split(',').map((hop) => hop.trim())
    const address = hops.at(-trustedProxies)
    if (address) return address
  }
  return (remoteAddress ?? 'unknown').replace(/^::ffff:/, '')
}
