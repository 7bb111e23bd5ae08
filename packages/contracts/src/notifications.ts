import { z } from '@hono/zod-openapi'
import { PersonShort } from './people.ts'

export const NotificationKind = z.enum(['followed', 'posted', 'liked', 'commented', 'replied', 'mentioned'])
export type NotificationKind = z.infer<typeof NotificationKind>

export const Notification = z
  .object({
    id: z.uuid(),
    kind: NotificationKind,
    actors: z.array(PersonShort).openapi({ description: 'The latest actors, newest first, at most three.' }),
    actorCount: z.int(),
    post: z.object({ id: z.uuid(), thumbnailUrl: z.string().nullable() }).nullable(),
    comment: z.object({ id: z.uuid(), text: z.string() }).nullable(),
    read: z.boolean(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .openapi('Notification')
export type Notification = z.infer<typeof Notification>
