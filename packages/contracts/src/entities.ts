import { z } from '@hono/zod-openapi'

const boundaryBefore = String.raw`(?<![\p{L}\p{M}\p{N}_&/@#])`
const hashtagPattern = new RegExp(`${boundaryBefore}[#＃]([\\p{L}\\p{M}\\p{N}_\\u200c\\u200d]{1,100})`, 'gu')
const mentionPattern = new RegExp(
  `${boundaryBefore}[@＠]([A-Za-z0-9](?:[A-Za-z0-9]|[._](?=[A-Za-z0-9])){2,29})(?![\\p{L}\\p{M}\\p{N}_@])`,
  'gu',
)
const tagShape = /^[\p{L}\p{M}\p{N}_]{1,100}$/u
const hasLetter = /\p{L}/u

/** Most tags and mentions that count in one text; more of them are plain text. */
export const maxTags = 30
export const maxMentions = 30

/** People that somebody mentions in a day, in captions and comments together; fewer as long as the account is younger than a week. */
export const mentionLimits = { perDay: 500, perDayWhileYoung: 50 } as const

export const Entity = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('hashtag'),
      start: z.int().min(0),
      end: z.int().min(1),
      tag: z.string().openapi({ description: 'Folded for comparison: NFKC, lower case.', example: 'goldenhour' }),
    }),
    z.object({
      type: z.literal('mention'),
      start: z.int().min(0),
      end: z.int().min(1),
      username: z.string(),
      userId: z.uuid().nullable().openapi({ description: 'null if nobody had that name when it was written.' }),
    }),
  ])
  .openapi('Entity', {
    description:
      'A hashtag or a mention in a text. Offsets count Unicode code points; start includes the # or @, end is exclusive.',
  })
export type Entity = z.infer<typeof Entity>

/** How a tag is compared and stored: NFKC, lower case, without joiners. */
export function foldTag(tag: string): string {
  return tag
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\u200c\u200d]/g, '')
}

/** Whether a folded text is a tag. Folding takes some letters apart into what is none, such as ﷺ into four words. */
function isTag(folded: string): boolean {
  return tagShape.test(folded) && hasLetter.test(folded)
}

/** Tag in a path or a query, with or without its #. */
export const TagName = z
  .string()
  .max(120)
  .transform((value) => foldTag(value.replace(/^[#＃]/u, '')))
  .refine(isTag, { error: 'is not a hashtag' })
  .openapi({ type: 'string', minLength: 1, maxLength: 100, example: 'goldenhour' })

/** Hashtags (a letter at least, Unicode UAX 31 style) and mentions of a text, in order of appearance. */
export function findEntities(text: string): Entity[] {
  const found: (Entity & { at: number })[] = []
  const tags = new Set<string>()
  const names = new Set<string>()
  for (const match of text.matchAll(hashtagPattern)) {
    const tag = foldTag(match[1] ?? '')
    if (!isTag(tag) || (!tags.has(tag) && tags.size === maxTags)) continue
    tags.add(tag)
    found.push({ type: 'hashtag', at: match.index, start: 0, end: match[0].length, tag })
  }
  for (const match of text.matchAll(mentionPattern)) {
    const username = (match[1] ?? '').toLowerCase()
    if (!names.has(username) && names.size === maxMentions) continue
    names.add(username)
    found.push({ type: 'mention', at: match.index, start: 0, end: match[0].length, username, userId: null })
  }
  found.sort((a, b) => a.at - b.at)
  return withCodePointOffsets(text, found)
}

// One walk over the text turns UTF-16 indexes into code point offsets.
function withCodePointOffsets(text: string, found: (Entity & { at: number })[]): Entity[] {
  let index = 0
  let points = 0
  function advanceTo(target: number): number {
    while (index < target) {
      index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1
      points++
    }
    return points
  }
  return found.map(({ at, ...entity }) => {
    const start = advanceTo(at)
    return { ...entity, start, end: advanceTo(at + entity.end) }
  })
}

/** Distinct usernames that a text's entities mention. */
export function mentionedUsernames(entities: Entity[]): string[] {
  return [...new Set(entities.flatMap((entity) => (entity.type === 'mention' ? [entity.username] : [])))]
}

/** How many others these entities mention, of whom there are some. @param authorId whose text it is */
export function countMentioned(entities: readonly Entity[], authorId: string): number {
  const ids = entities.flatMap((entity) => (entity.type === 'mention' && entity.userId !== null ? [entity.userId] : []))
  return new Set(ids.filter((id) => id !== authorId)).size
}

/** The same entities with the ids of the people who have these names. */
export function resolveMentions(entities: Entity[], idByUsername: ReadonlyMap<string, string>): Entity[] {
  return entities.map((entity) =>
    entity.type === 'mention' ? { ...entity, userId: idByUsername.get(entity.username) ?? null } : entity,
  )
}
