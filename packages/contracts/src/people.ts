import { z } from '@hono/zod-openapi'
import { orNull } from './nullable.ts'
import { Avatar } from './media.ts'
import { multilineText, singleLineText } from './text.ts'
import { isUsernameShape } from './username.ts'
import { Speakers } from './visibility.ts'

export const PersonShort = z
  .object({ id: z.uuid(), username: z.string(), displayName: z.string(), avatar: orNull(Avatar) })
  .openapi('PersonShort')
export type PersonShort = z.infer<typeof PersonShort>

/** How the viewer and a person stand to each other; null where nobody is signed in or the person is the viewer. */
export const Relation = z
  .object({
    following: z.boolean(),
    followedBy: z.boolean(),
    requested: z.boolean().openapi({ description: 'The viewer has asked to follow this private account.' }),
    muted: z.boolean(),
    restricted: z
      .boolean()
      .openapi({ description: 'By the viewer, who looks first at what they say below their posts.' }),
    closeFriend: z.boolean().openapi({ description: 'Of the viewer. Nobody is told whose close friend they are.' }),
    blocked: z.boolean().openapi({ description: 'By the viewer. Whoever blocks the viewer is not there for them.' }),
  })
  .openapi('Relation')
export type Relation = z.infer<typeof Relation>

/** That of people between whom there is nothing. */
export const noRelation: Relation = {
  ...{ following: false, followedBy: false, requested: false },
  ...{ muted: false, restricted: false, closeFriend: false, blocked: false },
}

export const PersonInList = PersonShort.extend({ viewer: orNull(Relation) }).openapi('PersonInList')
export type PersonInList = z.infer<typeof PersonInList>

export const MutedPerson = PersonShort.extend({
  mutedUntil: z.iso.datetime().nullable().openapi({ description: 'null: until it is taken back.' }),
}).openapi('MutedPerson')
export type MutedPerson = z.infer<typeof MutedPerson>

export const NewMute = z
  .strictObject({
    until: z.iso.datetime().nullable().default(null).openapi({
      description: 'When it ends by itself; null, or nothing: not before it is taken back.',
    }),
  })
  .openapi('NewMute')

export const hiddenWordLimits = { words: 300, length: 60 } as const

export const HiddenWords = z
  .strictObject({
    words: z
      .array(
        singleLineText(hiddenWordLimits.length, 1).refine((word) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(word), {
          error: 'has nothing that can be seen',
        }),
      )
      .max(hiddenWordLimits.words)
      .openapi({
        description:
          'Words, phrases and signs, whatever their capitals and accents; of those that are the same the first.',
        example: ['free followers'],
      }),
  })
  .openapi('HiddenWords')
export type HiddenWords = z.infer<typeof HiddenWords>

export const Speech = z
  .object({ commentsBy: Speakers, mentionsBy: Speakers })
  .openapi('Speech', { description: 'Who may comment below your posts, and who may mention you. Of yourself alone.' })
export type Speech = z.infer<typeof Speech>

export const Person = PersonShort.extend({
  bio: z.string(),
  website: z.string().nullable(),
  private: z.boolean().openapi({ description: 'Posts and follows are seen by followers alone, who are asked for.' }),
  counts: z.object({ posts: z.int(), followers: z.int(), following: z.int() }),
  speech: Speech.optional(),
  viewer: orNull(Relation),
}).openapi('Person')
export type Person = z.infer<typeof Person>

const uuid = z.uuid()

/** Somebody in a path: a user id or a username, either folded to lower case. */
export const PersonRef = z
  .string()
  .max(120)
  .transform((value) => value.normalize('NFKC').toLowerCase())
  .refine((value) => uuid.safeParse(value).success || isUsernameShape(value), {
    error: 'is neither a user id nor a username',
  })
  .openapi({ type: 'string', minLength: 3, maxLength: 36, example: 'louise' })

export const profileLimits = { displayNameLength: 50, bioLength: 500, websiteLength: 200 } as const

/** Whether a link may stand on a profile: http or https, a host, nobody's password in it. */
function isWebsite(value: string): boolean {
  if (!/^https?:\/\/[^\s/]/i.test(value) || /\s/u.test(value) || !URL.canParse(value)) return false
  const url = new URL(value)
  return url.username === '' && url.password === ''
}

export const ProfileEdit = z
  .strictObject({
    displayName: singleLineText(profileLimits.displayNameLength, 1)
      .refine((value) => value === '' || /[\p{L}\p{N}\p{P}\p{S}]/u.test(value), {
        error: 'has nothing that can be seen',
      })
      .optional(),
    bio: multilineText(profileLimits.bioLength).optional(),
    website: singleLineText(profileLimits.websiteLength, 1)
      .refine(isWebsite, { error: 'must be an address that begins with http:// or https://' })
      .nullable()
      .optional()
      .openapi({ type: ['string', 'null'], maxLength: profileLimits.websiteLength, example: 'https://example.org' }),
    private: z.boolean().optional().openapi({
      description:
        'true: from now on people ask to follow you, and posts and follows are seen by your followers alone; who follows already stays. false: who has asked follows.',
    }),
    commentsBy: Speakers.optional(),
    mentionsBy: Speakers.optional(),
    avatarMediaId: z.uuid().nullable().optional().openapi({
      description: 'A media of yours that is ready; null removes the picture.',
    }),
  })
  .refine((edit) => Object.values(edit).some((value) => value !== undefined), { error: 'changes nothing' })
  .openapi('ProfileEdit')
export type ProfileEdit = z.infer<typeof ProfileEdit>
