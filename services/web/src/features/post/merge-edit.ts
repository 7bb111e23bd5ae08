import type { Audience } from './audience.ts'

/** What can be changed of a post: its caption, whom it is for, whether it is commented on and its likes are hidden, and what is to be seen on each photo. */
export interface Words {
  caption: string
  audience: Audience
  commentsOff: boolean
  likesHidden: boolean
  altTexts: Readonly<Record<string, string>>
}

/**
 * Joins two changes of the same words. What only one side changed is taken from there; what both did, differently, stays as
 * `mine` and is told: `caption`, `audience`, or the id of a photo.
 */
export function mergeWords(base: Words, mine: Words, theirs: Words): { words: Words; conflicts: string[] } {
  const conflicts: string[] = []
  function merge<Text extends string>(name: string, before: Text, own: Text, other: Text): Text {
    if (own === before || own === other) return other
    if (other !== before) conflicts.push(name)
    return own
  }
  const caption = merge('caption', base.caption, mine.caption, theirs.caption)
  const audience = merge('audience', base.audience, mine.audience, theirs.audience)
  // Of two who switch it, both say the same.
  const commentsOff = mine.commentsOff === base.commentsOff ? theirs.commentsOff : mine.commentsOff
  const likesHidden = mine.likesHidden === base.likesHidden ? theirs.likesHidden : mine.likesHidden
  const altTexts = Object.fromEntries(
    Object.entries(theirs.altTexts).map(([id, other]) => [
      id,
      merge(id, base.altTexts[id] ?? '', mine.altTexts[id] ?? '', other),
    ]),
  )
  return { words: { caption, audience, commentsOff, likesHidden, altTexts }, conflicts }
}

export function isSame(a: Words, b: Words): boolean {
  const tops = ['caption', 'audience', 'commentsOff', 'likesHidden'] as const
  return (
    tops.every((name) => a[name] === b[name]) &&
    Object.keys(b.altTexts).every((id) => a.altTexts[id] === b.altTexts[id])
  )
}
