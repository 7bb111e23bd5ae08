import { z } from '@hono/zod-openapi'
import { orNull } from './nullable.ts'
import { Entity } from './entities.ts'
import { Media } from './media.ts'
import { PersonShort } from './people.ts'
import { multilineText, singleLineText } from './text.ts'
import { Audience, type LikedPost, maySeeLikes } from './visibility.ts'

export const postLimits = { captionLength: 2200, altTextLength: 1000, media: 10 } as const

export const Location = z
  .strictObject({
    name: singleLineText(100, 1),
    latitude: z.number().min(-90).max(90).optional(),
    longitude: z.number().min(-180).max(180).optional(),
  })
  .refine((value) => (value.latitude === undefined) === (value.longitude === undefined), {
    error: 'needs both latitude and longitude, or neither',
  })
  .openapi('Location')
export type Location = z.infer<typeof Location>

export const NewPost = z
  .strictObject({
    caption: multilineText(postLimits.captionLength).default(''),
    media: z
      .array(
        z.strictObject({
          mediaId: z.uuid().toLowerCase(),
          altText: multilineText(postLimits.altTextLength).default(''),
        }),
      )
      .min(1)
      .max(postLimits.media)
      .refine((media) => new Set(media.map((item) => item.mediaId)).size === media.length, {
        error: 'names a media more than once',
      }),
    location: Location.optional(),
    audience: Audience.default('public'),
    commentsOff: z.boolean().optional().openapi({ description: 'true: nobody comments on it.' }),
    likesHidden: z
      .boolean()
      .optional()
      .openapi({ description: 'true: how many like it, and who, its author alone learns.' }),
  })
  .openapi('NewPost')
export type NewPost = z.infer<typeof NewPost>

export const PostEdit = z
  .strictObject({
    caption: multilineText(postLimits.captionLength).optional(),
    media: z
      .array(z.strictObject({ mediaId: z.uuid().toLowerCase(), altText: multilineText(postLimits.altTextLength) }))
      .max(postLimits.media)
      .optional()
      .openapi({ description: 'Alt texts to change; media that are not named keep theirs.' }),
    audience: Audience.optional(),
    commentsOff: z.boolean().optional().openapi({
      description: 'true: nobody comments on it from now on; what was said stays.',
    }),
    likesHidden: z.boolean().optional().openapi({
      description: 'true: how many like it, and who, its author alone learns from now on.',
    }),
    ifEditedAt: orNull(z.iso.datetime()).optional().openapi({
      description:
        '`editedAt` of the post that this edit was made from. If it was edited since, nothing is changed: 409 `post.edited_meanwhile`.',
    }),
  })
  .refine(
    ({ caption, audience, commentsOff, likesHidden, media = [] }) =>
      media.length > 0 || [caption, audience, commentsOff, likesHidden].some((value) => value !== undefined),
    { error: 'changes nothing' },
  )
  .openapi('PostEdit')
export type PostEdit = z.infer<typeof PostEdit>

/** What a post said before an edit. */
export const PostEditEntry = z
  .object({
    caption: z.string(),
    entities: z.array(Entity),
    altTexts: z.array(z.object({ mediaId: z.uuid(), altText: z.string() })),
    replacedAt: z.iso.datetime(),
  })
  .openapi('PostEditEntry')
export type PostEditEntry = z.infer<typeof PostEditEntry>

/** As services know them. What somebody is shown of them is `ShownCounts`. */
export const PostCounts = z.object({ likes: z.int(), comments: z.int() })
export type PostCounts = z.infer<typeof PostCounts>
export const ShownCounts = PostCounts.extend({
  likes: z.int().nullable().openapi({ description: 'null: its author alone learns it, see `likesHidden`.' }),
}).openapi('PostCounts')
export type ShownCounts = z.infer<typeof ShownCounts>

/** The counts of a post as somebody is shown them who sees it. */
export function countsFor(viewerId: string | null, post: LikedPost, counts: PostCounts): ShownCounts {
  return maySeeLikes(viewerId, post) ? counts : { ...counts, likes: null }
}

export const PostViewer = z.object({ liked: z.boolean(), saved: z.boolean() }).openapi('PostViewer')
export type PostViewer = z.infer<typeof PostViewer>

export const Post = z
  .object({
    id: z.uuid(),
    author: PersonShort,
    caption: z.string(),
    entities: z.array(Entity),
    media: z.array(Media.extend({ altText: z.string() })),
    location: orNull(Location),
    audience: Audience,
    counts: orNull(ShownCounts),
    viewer: orNull(PostViewer),
    state: z.enum(['processing', 'published', 'failed', 'hidden', 'held']).openapi({
      description:
        'All but published are seen by the author alone: processing until the last media is ready, failed if a media failed, hidden by a moderator, held until a moderator lets it through.',
    }),
    sensitive: z.boolean().optional().openapi({
      description: 'Its photographs are to be shown after a question only. Not there: they are not sensitive.',
    }),
    commentsOff: z.boolean().optional().openapi({
      description: 'Nobody comments on it. Not there: those do whom its author lets.',
    }),
    likesHidden: z.boolean().optional().openapi({
      description: 'How many like it, and who, its author alone learns. Not there: whoever sees it.',
    }),
    createdAt: z.iso.datetime(),
    editedAt: z.iso.datetime().nullable(),
  })
  .openapi('Post', {
    description:
      '`counts` and `viewer` are null when they could not be had (see Daguerre-Degraded), `viewer` also if nobody is signed in.',
  })
export type Post = z.infer<typeof Post>

/** What of a post is its own: the same for all who may see it, and no matter of its author's profile. */
export const PostDocument = Post.omit({ author: true, counts: true, viewer: true })
export type PostDocument = z.infer<typeof PostDocument>

export const TagCount = z.object({ tag: z.string(), posts: z.int() }).openapi('TagCount')
export type TagCount = z.infer<typeof TagCount>
