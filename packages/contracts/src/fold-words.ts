const segments = new Intl.Segmenter(undefined, { granularity: 'word' })

// Latin letters that Unicode does not take apart into a letter and an accent, as people without them type them.
const asTyped: Record<string, string> = {
  ...{ æ: 'ae', ð: 'd', ø: 'o', þ: 'th', ß: 'ss', đ: 'd', ħ: 'h', ı: 'i', ĸ: 'k', ł: 'l', ŋ: 'n', œ: 'oe', ŧ: 't' },
  ...{ ƒ: 'f', ơ: 'o', ư: 'u', ɓ: 'b', ɗ: 'd', ə: 'e', ɛ: 'e', ɔ: 'o' },
}
const asTypedPattern = new RegExp(`[${Object.keys(asTyped).join('')}]`, 'g')

/**
 * Letters as they are compared: compatibility forms (full width and the like) and capitals folded, Latin, Greek and Cyrillic accents dropped, one
 * apostrophe for all, and nothing that is not seen.
 */
export function foldLetters(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]|\p{Cf}/gu, '')
    .toLowerCase()
    .normalize('NFC')
    .replaceAll(asTypedPattern, (letter) => asTyped[letter] ?? letter)
    .replaceAll(/[’‘ʼ]/g, "'")
}

/** The words of a text, folded, as Unicode tells them apart (UAX 29); what stands between them is no word. */
export function wordsOf(text: string): string[] {
  return [...segments.segment(foldLetters(text).replaceAll(/[_.]/g, ' '))].flatMap(({ segment, isWordLike }) =>
    isWordLike ? [segment] : [],
  )
}
