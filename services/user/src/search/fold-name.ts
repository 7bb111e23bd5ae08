/**
 * A name as it is compared in searches: compatibility forms and capitals folded, Latin, Greek and Cyrillic accents
 * dropped. What no decomposition drops (ø, ł, ß), PostgreSQL's `unaccent` does, on stored names and on questions alike.
 */
export function foldName(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{M}\p{N}_.]+/gu, ' ')
    .trim()
}
