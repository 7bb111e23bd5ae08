import { wordsOf } from '@daguerre/contracts'

/**
 * Whether a text has one of these words or phrases in it: whole words, one after the other, whatever their capitals, accents, width and what stands
 * between them. What has no letter or digit in it is found anywhere.
 */
export function hasHiddenWord(text: string, hidden: readonly string[]): boolean {
  if (hidden.length === 0) return false
  const [said, folded] = [wordsOf(text), fold(text)]
  return hidden.some((phrase) => {
    const wanted = wordsOf(phrase)
    if (wanted.length === 0) return folded.includes(fold(phrase))
    return said.some((_, at) => wanted.every((word, index) => said[at + index] === word))
  })
}

/** The first of those that mean the same. */
export function distinctWords(hidden: readonly string[]): string[] {
  const known = new Map<string, string>()
  for (const word of hidden) {
    const key = wordsOf(word).join(' ') || fold(word)
    if (!known.has(key)) known.set(key, word)
  }
  return [...known.values()]
}

/** Of what has no word in it. */
function fold(text: string): string {
  return text.normalize('NFKC').replaceAll(/\p{Cf}/gu, '')
}
