/** What can be changed of a post: its caption, and what is to be seen on each photo. */
export interface Words {
  caption: string
  altTexts: Readonly<Record<string, string>>
}

/**
 * Joins two changes of the same words. What only one side changed is taken from there; what both did, differently, stays as
 * `mine` and is told: `caption`, or the id of a photo.
 */
export function mergeWords(base: Words, mine: Words, theirs: Words): { words: Words; conflicts: string[] } {
  const conflicts: string[] = []
  function merge(name: string, before: string, own: string, other: string): string {
    if (own === before || own === other) return other
    if (other !== before) conflicts.push(name)
    return own
  }
  const caption = merge('caption', base.caption, mine.caption, theirs.caption)
  const altTexts = Object.fromEntries(
    Object.entries(theirs.altTexts).map(([id, other]) => [
      id,
      merge(id, base.altTexts[id] ?? '', mine.altTexts[id] ?? '', other),
    ]),
  )
  return { words: { caption, altTexts }, conflicts }
}

export function isSame(a: Words, b: Words): boolean {
  return a.caption === b.caption && Object.keys(b.altTexts).every((id) => a.altTexts[id] === b.altTexts[id])
}
