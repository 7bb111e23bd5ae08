const loopback = /^http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost)(?=[:/?]|$)/
const port = /^(http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost)):\d{1,5}(?=[/?]|$)/

/**
 * Why an application may not be sent back there; null if it may: over TLS, or to a program on the person's own device
 * (RFC 8252 §7.3).
 */
export function faultOfRedirectUri(uri: string): string | null {
  if (!/^[!-~]+$/.test(uri) || /[\\"<>^`{|}]/.test(uri) || !URL.canParse(uri)) return 'is no URL'
  const { protocol, username, password } = new URL(uri)
  if (protocol !== 'https:' && !loopback.test(uri)) return 'must be https, or http on 127.0.0.1, [::1] or localhost'
  // As they are read they must be: a parser that mends one may lead elsewhere than the next.
  if (!/^https?:\/\/[^/?#@]+(?:[/?]|$)/.test(uri) || username !== '' || password !== '') return 'must name a host alone'
  if (uri.includes('#')) return 'must have no fragment'
  return null
}

/** Whether it is among those registered: letter by letter, but for the port of a program on the person's own device, which is not known before. */
export function isRegistered(uri: string, registered: readonly string[]): boolean {
  return registered.some(
    (one) => one === uri || (loopback.test(one) && withoutPort(one) === withoutPort(uri) && URL.canParse(uri)),
  )
}

function withoutPort(uri: string): string {
  return uri.replace(port, '$1')
}

/** The address with these parameters behind what it has. */
export function withParameters(uri: string, parameters: Record<string, string | undefined>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, value)
  return `${uri}${uri.includes('?') ? '&' : '?'}${query.toString()}`
}
