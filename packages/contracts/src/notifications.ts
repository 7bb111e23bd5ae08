import { z } from '@hono/zod-openapi'
import { ActKind } from './moderation.ts'
import { orNull } from './nullable.ts'
import { PersonShort } from './people.ts'

export const NotificationKind = z.enum([
  'followed',
  'posted',
  'liked',
  'commented',
  'replied',
  'mentioned',
  'moderated',
  // Somebody asks to follow a private account; whoever was asked has let them.
  'requested',
  'accepted',
])
export type NotificationKind = z.infer<typeof NotificationKind>

export const Notification = z
  .object({
    id: z.uuid(),
    kind: NotificationKind,
    actors: z.array(PersonShort).openapi({ description: 'The latest actors, newest first, at most three.' }),
    actorCount: z.int(),
    post: z.object({ id: z.uuid(), thumbnailUrl: z.string().nullable() }).nullable(),
    comment: z.object({ id: z.uuid(), text: z.string() }).nullable(),
    act: orNull(
      z
        .object({
          id: z.uuid(),
          kind: ActKind,
          reason: z.string(),
          outcome: z.enum(['upheld', 'overturned']).nullable(),
        })
        .openapi('NotifiedAct'),
    ).openapi({ description: 'Of moderated, which has no actors: what a moderator did, or the outcome of an appeal.' }),
    read: z.boolean(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .openapi('Notification')
export type Notification = z.infer<typeof Notification>

/** What a browser's `PushSubscription.toJSON()` gives (W3C Push API). */
export const PushSubscription = z
  .strictObject({
    endpoint: z
      .string()
      .max(1000)
      .regex(/^https?:\/\/[\u0021-\u007e]+$/i, 'must be the address of a push service')
      .refine((value) => URL.canParse(value), { error: 'must be the address of a push service' })
      .openapi({ type: 'string', format: 'uri', minLength: 12, maxLength: 1000 }),
    expirationTime: z.int().min(0).nullish().openapi({ description: 'Milliseconds since 1970, if it ends by itself.' }),
    keys: z.strictObject({
      p256dh: z
        .string()
        .regex(/^[\w-]{87}=?$/, 'must be 65 bytes in base64url')
        .openapi({ minLength: 87, maxLength: 88, description: 'Public key of the browser, uncompressed, base64url.' }),
      auth: z
        .string()
        .regex(/^[\w-]{22}(?:==)?$/, 'must be 16 bytes in base64url')
        .openapi({ minLength: 22, maxLength: 24, description: 'Secret of the browser, base64url.' }),
    }),
  })
  .openapi('PushSubscription')
export type PushSubscription = z.infer<typeof PushSubscription>

export const PushState = z
  .object({
    publicKey: z.string().openapi({ description: '`applicationServerKey` for `pushManager.subscribe`, base64url.' }),
    subscribed: z.boolean().openapi({ description: 'Whether this session gets pushes.' }),
    endpoint: z.string().nullable().openapi({ description: 'Where to; a browser may have another one by now.' }),
  })
  .openapi('PushState')
export type PushState = z.infer<typeof PushState>

/** What is sent to a browser, encrypted for it alone: its service worker makes words of it in the person's language. */
export interface PushMessage {
  kind: NotificationKind
  /** Names of the latest actors, at most two; none if they could not be had. */
  actors: string[]
  actorCount: number
  /** The beginning of a comment or caption. */
  text: string | null
  /** Paths on this server. */
  image: string | null
  icon: string | null
  url: string
  /** The notification's id: one with the same tag takes the place of the one before. */
  tag: string
  /** For the badge. */
  unread: number
  at: string
}

function byKind<Setting extends z.ZodType>(setting: Setting) {
  return {
    followed: setting,
    posted: setting,
    liked: setting,
    commented: setting,
    replied: setting,
    mentioned: setting,
    moderated: setting,
    requested: setting,
    accepted: setting,
  } satisfies Record<NotificationKind, Setting>
}

export const NotificationPreferences = z
  .object({ kinds: z.object(byKind(z.object({ inApp: z.boolean(), push: z.boolean() }))) })
  .openapi('NotificationPreferences', {
    description: '`inApp: false` hides a kind everywhere: lists, counts, the stream, pushes.',
  })
export type NotificationPreferences = z.infer<typeof NotificationPreferences>

const KindEdit = z.strictObject({ inApp: z.boolean().optional(), push: z.boolean().optional() }).optional()

export const NotificationPreferencesEdit = z
  .strictObject({ kinds: z.strictObject(byKind(KindEdit)) })
  .refine(({ kinds }) => Object.values(kinds).some((kind) => Object.values(kind ?? {}).some((v) => v !== undefined)), {
    error: 'changes nothing',
  })
  .openapi('NotificationPreferencesEdit')
export type NotificationPreferencesEdit = z.infer<typeof NotificationPreferencesEdit>
