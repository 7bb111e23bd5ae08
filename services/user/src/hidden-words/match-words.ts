import { foldName } from '../search/fold-name.ts'

const words = new Intl.Segmenter(undefined, { granularity: 'word' })

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

// A letter for each, so that the boundaries of words are those of what is seen: nothing that is not seen stands between letters.
function fold(text: string): string {
  return text.normalize('NFKC').replaceAll(/\p{Cf}/gu, '')
}

function wordsOf(text: string): string[] {
  return [...words.segment(fold(text))].flatMap(({ segment, isWordLike }) => (isWordLike ? [foldName(segment)] : []))
}
