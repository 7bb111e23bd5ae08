const maxLength = 200

/** A User-Agent header as one line of text to show and to store: no control characters, cut; null if nothing is left. */
export function cleanUserAgent(header: string | undefined): string | null {
  const text = (header ?? '')
    .toWellFormed()
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return text === '' ? null : Array.from(text).slice(0, maxLength).join('')
}
