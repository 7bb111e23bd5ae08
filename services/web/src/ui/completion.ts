/** A name or tag that is being typed: its sign, what there is of it, and where it stands (UTF-16 units). */
export interface Begun {
  sign: '@' | '#'
  text: string
  start: number
  end: number
}

// The same signs and letters that the server takes for a mention or a hashtag.
const boundaryBefore = String.raw`(?<![\p{L}\p{M}\p{N}_&/@#])`
const begunMention = new RegExp(`${boundaryBefore}[@＠]([A-Za-z0-9._]{0,30})$`, 'u')
const begunHashtag = new RegExp(`${boundaryBefore}[#＃]([\\p{L}\\p{M}\\p{N}_\\u200c\\u200d]{0,100})$`, 'u')
const wordAfter = { '@': /^[A-Za-z0-9._]*/, '#': /^[\p{L}\p{M}\p{N}_\u200c\u200d]*/u }
const longestWord = 130

/** What is being typed at the caret, if it is the beginning of a mention or hashtag. */
export function begunAt(text: string, caret: number): Begun | null {
  const before = text.slice(Math.max(0, caret - longestWord), caret)
  const mention = begunMention.exec(before)
  const match = mention ?? begunHashtag.exec(before)
  if (!match) return null
  const sign = mention ? '@' : '#'
  // In the middle of a word the rest of it belongs to it: it is replaced too.
  const after = wordAfter[sign].exec(text.slice(caret, caret + longestWord))?.[0] ?? ''
  return { sign, text: match[1] ?? '', start: caret - match[0].length, end: caret + after.length }
}

/** What takes the place of what was begun, with a space behind it unless one is there. */
export function completionOf(text: string, { sign, end }: Begun, chosen: string): string {
  return `${sign}${chosen}${/^[\s.,;:!?)\]]/.test(text.slice(end)) ? '' : ' '}`
}

/** How long a text is for the server: code points of what remains after trimming. */
export function lengthOf(text: string): number {
  let length = 0
  for (const _ of text.normalize('NFC').trim()) length++
  return length
}
