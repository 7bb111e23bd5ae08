const faulty = /[\u0080-\u00ff]/
// oxlint-disable-next-line no-control-regex -- what is not in Latin-1
const beyondLatin1 = /[^\u0000-\u00ff]/

/**
 * Whether the texts of a file were written with the fault of Instagram's exports: each byte of UTF-8 as a character of its own. A file has it in all
 * its texts or in none, so one character that is no byte, or one text whose bytes are no UTF-8, shows that it has not.
 */
export function hasEncodingFault(texts: readonly string[]): boolean {
  const suspects = texts.filter((text) => faulty.test(text) || beyondLatin1.test(text))
  return suspects.length > 0 && suspects.every((text) => mend(text) !== undefined)
}

/** The text as it was meant; undefined if it does not have the fault. */
export function mend(text: string): string | undefined {
  if (beyondLatin1.test(text) || !faulty.test(text)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(text, 'latin1'))
  } catch {
    return undefined
  }
}
