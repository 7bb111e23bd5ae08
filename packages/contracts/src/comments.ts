import { z } from '@hono/zod-openapi'
import { Entity } from './entities.ts'
import { PersonShort } from './people.ts'
import { multilineText } from './text.ts'
import { HeldBy, Speakers } from './visibility.ts'

export const commentLimits = { textLength: 1000 } as const

export const NewComment = z
  .strictObject({
    text: multilineText(commentLimits.textLength, 1),
    parentId: z.uuid().optional().openapi({
      description: 'The comment that this answers. Replies are one level deep: an answer to a reply joins its thread.',
    }),
  })
  .openapi('NewComment')
export type NewComment = z.infer<typeof NewComment>

export const CommentCounts = z.object({ likes: z.int(), replies: z.int() }).openapi('CommentCounts')
export type CommentCounts = z.infer<typeof CommentCounts>

export const Comment = z
  .object({
    id: z.uuid(),
    postId: z.uuid(),
    parentId: z.uuid().nullable(),
    author: PersonShort,
    deleted: z.literal(true).optional().openapi({
      description:
        'Its author has left: nothing of it is here but its place, with the replies of others. The author is nobody then.',
    }),
    held: HeldBy.optional(),
    text: z.string(),
    entities: z.array(Entity),
    counts: CommentCounts,
    viewer: z.object({ liked: z.boolean() }).nullable(),
    createdAt: z.iso.datetime(),
  })
  .openapi('Comment')
export type Comment = z.infer<typeof Comment>

/** Whether the viewer may comment on a post, and if not why. */
export const Commenting = z
  .object({
    allowed: z.boolean(),
    reason: z
      .enum(['off', ...Speakers.options])
      .nullable()
      .openapi({
        description:
          'Why not: comments on the post are off, or its author lets only these comment. null: the viewer may.',
      }),
  })
  .openapi('Commenting')
export type Commenting = z.infer<typeof Commenting>
