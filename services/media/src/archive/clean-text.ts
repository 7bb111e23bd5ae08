// oxlint-disable-next-line no-control-regex -- what texts of posts may not have (contracts, text.ts)
const controlCharacters = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/gu

/** A text as posts take it: without control characters, and cut where it is too long. Lengths are in code points. */
export function cleanText(text: string, maxLength: number): { text: string; isShortened: boolean } {
  const clean = text.toWellFormed().replaceAll(controlCharacters, '').normalize('NFC').trim()
  const points = Array.from(clean)
  if (points.length <= maxLength) return { text: clean, isShortened: false }
  return { text: points.slice(0, maxLength).join('').trim(), isShortened: true }
}
