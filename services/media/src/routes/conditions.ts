type Known = { etag: string | undefined; lastModified: Date | undefined }
type Conditions = {
  ifNoneMatch: string | undefined
  ifModifiedSince: string | undefined
}

/** Whether a GET or HEAD with these headers is answered 304 (RFC 9110 §13.2.2). */
export function isNotModified({ ifNoneMatch, ifModifiedSince }: Conditions, known: Known): boolean {
  if (ifNoneMatch !== undefined) {
    const { etag } = known
    if (ifNoneMatch.trim() === '*') return true
    return etag !== undefined && (ifNoneMatch.match(/(?:W\/)?"[^"]*"/g) ?? []).some((tag) => weak(tag) === weak(etag))
  }
  if (ifModifiedSince === undefined || known.lastModified === undefined) return false
  const since = Date.parse(ifModifiedSince)
  return !Number.isNaN(since) && Math.floor(known.lastModified.getTime() / 1000) <= Math.floor(since / 1000)
}

function weak(etag: string): string {
  return etag.replace(/^W\//, '')
}

/**
 * The range to read, if the header asks for one that is served here: a single range of bytes. Anything else is ignored, as
 * RFC 9110 §14.2 allows.
 */
export function singleRange(header: string | undefined): string | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return undefined
  if (match[1] !== '' && match[2] !== '' && Number(match[1]) > Number(match[2])) return undefined
  return match[0]
}

/** Whether a range may be given although it comes with If-Range: only for exactly that version (strong comparison). */
export function matchesIfRange(ifRange: string, known: Known): boolean {
  if (ifRange.startsWith('"')) return ifRange === known.etag
  const date = Date.parse(ifRange)
  return known.lastModified !== undefined && date === Math.floor(known.lastModified.getTime() / 1000) * 1000
}
