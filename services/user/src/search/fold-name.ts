import { foldLetters } from '@daguerre/contracts'

/**
 * A name as it is compared in searches: compatibility forms and capitals folded, Latin, Greek and Cyrillic accents
 * dropped, and everything that is no letter, digit, dot or underscore a space.
 */
export function foldName(name: string): string {
  return foldLetters(name.replaceAll(/\p{Cf}/gu, ' '))
    .replaceAll(/[^\p{L}\p{M}\p{N}_.]+/gu, ' ')
    .trim()
}

/**
 * A folded name in ASCII. pg_trgm sees only what the database's LC_CTYPE calls a letter, in "C" those of ASCII; letters
 * of other scripts therefore stand in the trigram index as their code points in base 36.
 */
export function toTrigramText(folded: string): string {
  return folded.replaceAll(/[^\0-\u007f]/gu, (letter) => (letter.codePointAt(0) ?? 0).toString(36))
}

/** What the trigram index holds of a person: a space before each word, so that `% wo%` finds words that begin so. */
export function searchTextOf(person: { username: string; displayName: string }): string {
  const words = person.username.replaceAll(/[._]/g, ' ')
  return ` ${person.username} ${words} ${toTrigramText(foldName(person.displayName))}`
}
