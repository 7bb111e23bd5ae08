/** A path of this app to go on to: what an address asks for may lead anywhere. */
export function safeNext(next: string | undefined, origin: string = location.origin): string {
  if (next === undefined || !next.startsWith('/')) return '/'
  try {
    const url = new URL(next, origin)
    return url.origin === origin ? `${url.pathname}${url.search}${url.hash}` : '/'
  } catch {
    return '/'
  }
}
