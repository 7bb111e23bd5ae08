import { z } from '@hono/zod-openapi'
import { Place, Role, TokenScope } from './accounts.ts'
import { GrantScope } from './applications.ts'
import { ActKind, ReportReason, SubjectKind } from './moderation.ts'
import { NotificationKind } from './notifications.ts'
import { Audience, Speakers } from './visibility.ts'

// What a person takes along and brings: exports, archives, and the format of both (docs/export-format.md).

export const exportFormat = 'daguerre-export'
/** Rises when a reader of the version before could not read it. */
export const exportVersion = 1

const id = z.uuid()
const time = z.iso.datetime()
/** Somebody on a list of mine. */
const someone = {
  userId: id,
  username: z.string().nullable().describe('null if nobody has that account any more, or I do not see who has it.'),
}

function section<const App extends string, Item extends z.ZodType>(app: App, description: string, item: Item) {
  return { app, description, item }
}

/** The files of an export, `data/<section>.json`: who owns what is in them, and an item of each. */
export const exportSections = {
  account: section(
    'auth',
    'How I sign in.',
    z.object({
      id,
      username: z.string(),
      email: z.string(),
      emailVerified: z.boolean(),
      role: Role,
      createdAt: time,
      deletionAt: time.nullable().describe('When the account is deleted, if I have asked for that.'),
    }),
  ),
  sessions: section(
    'auth',
    'Where I am signed in.',
    z.object({
      id,
      userAgent: z.string().nullable(),
      place: Place.nullable().describe('By the address, where the server is set up to know it.'),
      createdAt: time,
      lastSeenAt: time,
    }),
  ),
  factors: section(
    'auth',
    'What I prove myself with besides my password; no secret of it.',
    z.object({
      kind: z.enum(['totp', 'passkey', 'provider']),
      name: z.string().nullable().describe('What I call a passkey; at which provider I am whom.'),
      addedAt: time,
      lastUsedAt: time.nullable().describe('Of a passkey or a provider; null: never, or nobody noted it.'),
    }),
  ),
  tokens: section(
    'auth',
    'Applications that act for me; nothing with which they do.',
    z.object({
      id,
      name: z.string(),
      scopes: z.array(TokenScope),
      createdAt: time,
      expiresAt: time,
      lastUsedAt: time.nullable(),
    }),
  ),
  applications: section(
    'auth',
    'Applications that I develop; no secret.',
    z.object({
      id,
      name: z.string(),
      website: z.string().nullable(),
      redirectUris: z.array(z.string()),
      confidential: z.boolean(),
      createdAt: time,
    }),
  ),
  grants: section(
    'auth',
    'Applications of others that I let act for me.',
    z.object({ id, application: z.string(), scopes: z.array(GrantScope), since: time, lastUsedAt: time }),
  ),
  invitations: section(
    'auth',
    'My invitations that had not ended.',
    z.object({ id, note: z.string(), uses: z.int(), mostUses: z.int(), createdAt: time, expiresAt: time }),
  ),
  profile: section(
    'user',
    'What others see of me.',
    z.object({
      id,
      username: z.string(),
      displayName: z.string(),
      bio: z.string(),
      website: z.string().nullable(),
      avatarMediaId: id.nullable(),
      private: z.boolean().describe('Whether only those whom I accept see my posts.'),
      commentsBy: Speakers.describe('Who may comment below my posts.'),
      mentionsBy: Speakers.describe('Who may mention me.'),
      createdAt: time,
    }),
  ),
  following: section('user', 'Whom I follow.', z.object({ ...someone, since: time })),
  followers: section('user', 'Who follows me.', z.object({ ...someone, since: time })),
  'follow-requests-made': section('user', 'Whom I asked to follow.', z.object({ ...someone, since: time })),
  'follow-requests-received': section('user', 'Who asks to follow me.', z.object({ ...someone, since: time })),
  'close-friends': section('user', 'My close friends.', z.object({ ...someone, since: time })),
  blocks: section('user', 'Whom I block.', z.object({ ...someone, since: time })),
  mutes: section(
    'user',
    'Whom I mute.',
    z.object({ ...someone, since: time, until: time.nullable().describe('null: until I take it back.') }),
  ),
  restrictions: section('user', 'Whom I restrict.', z.object({ ...someone, since: time })),
  'hidden-words': section('user', 'What nobody is to read below my posts.', z.object({ word: z.string() })),
  posts: section(
    'post',
    'What I posted, the newest first; also what never appeared (state processing or failed).',
    z.object({
      id,
      state: z.enum(['processing', 'published', 'failed']),
      audience: Audience,
      commentsOff: z.boolean().default(false).describe('Whether nobody comments on it.'),
      likesHidden: z.boolean().default(false).describe('Whether I alone learn how many like it.'),
      caption: z.string(),
      media: z.array(z.object({ mediaId: id, altText: z.string() })),
      location: z
        .object({ name: z.string(), latitude: z.number().optional(), longitude: z.number().optional() })
        .nullable(),
      createdAt: time,
      editedAt: time.nullable(),
      edits: z
        .array(
          z.object({
            caption: z.string(),
            altTexts: z.array(z.object({ mediaId: id, altText: z.string() })),
            replacedAt: time,
          }),
        )
        .describe('Earlier wordings, the latest first.'),
    }),
  ),
  media: section(
    'media',
    'My photos.',
    z.object({
      id,
      file: z.string().nullable().describe('Where in the archive the original is; null if it could not be read.'),
      format: z.string(),
      width: z.int(),
      height: z.int(),
      bytes: z.int(),
      createdAt: time,
    }),
  ),
  comments: section(
    'interaction',
    'What I wrote below posts.',
    z.object({ id, postId: id, parentId: id.nullable(), text: z.string(), createdAt: time }),
  ),
  likes: section('interaction', 'Posts that I like.', z.object({ postId: id, at: time })),
  'comment-likes': section('interaction', 'Comments that I like.', z.object({ commentId: id, at: time })),
  saves: section('interaction', 'Posts that I saved.', z.object({ postId: id, at: time })),
  reports: section(
    'moderation',
    'What I reported.',
    z.object({ kind: SubjectKind, subjectId: id, reason: ReportReason, text: z.string(), at: time }),
  ),
  decisions: section(
    'moderation',
    'What moderators decided about me and mine, and my appeals.',
    z.object({
      id,
      act: ActKind,
      kind: SubjectKind,
      subjectId: id,
      reason: z.string(),
      until: time.nullable().describe('When a suspension ends.'),
      at: time,
      appeal: z.string().nullable().describe('What I said against it.'),
      answer: z.string().nullable(),
    }),
  ),
  notifications: section(
    'notification',
    'What I was told, the latest first.',
    z.object({
      id,
      kind: NotificationKind,
      actors: z.array(z.object(someone)).describe('Who did it: the latest, at most three.'),
      actorCount: z.int().describe('How many did it.'),
      postId: id.nullable(),
      commentId: id.nullable(),
      decisionId: id.nullable().describe('Of moderated: which of the decisions.'),
      read: z.boolean(),
      createdAt: time,
      updatedAt: time,
    }),
  ),
  'notification-settings': section(
    'notification',
    'What I want to hear of.',
    z.object({ kinds: z.record(NotificationKind, z.object({ inApp: z.boolean(), push: z.boolean() })) }),
  ),
  'push-subscriptions': section(
    'notification',
    'Browsers to which news are sent; nothing with which anybody could.',
    z.object({
      sessionId: id.describe('Which of the sessions.'),
      service: z.string().describe("Host of the browser's push service."),
      seenAt: time,
      expiresAt: time.describe('When it ends if the browser is not seen again.'),
    }),
  ),
} as const

export type ExportSection = keyof typeof exportSections
export type ExportItem<Section extends ExportSection> = z.infer<(typeof exportSections)[Section]['item']>

/** Sections that a service answers for. */
export function sectionsOf<const App extends string>(app: App) {
  type Own = { [S in ExportSection]: (typeof exportSections)[S]['app'] extends App ? S : never }[ExportSection]
  return Object.entries(exportSections).flatMap(([key, value]) => (value.app === app ? [key as Own] : []))
}

/** `export.json`, by which an archive is known for what it is. */
export const ExportManifest = z.object({
  format: z.literal(exportFormat),
  version: z.int().min(1),
  createdAt: time,
  server: z.string().describe('Where it was made.'),
  person: z.object({ id, username: z.string() }),
  sections: z.record(z.string(), z.string()).describe('Path of the file of each section.'),
})

function fileOf(key: ExportSection) {
  return z.object({
    format: z.literal(exportFormat),
    version: z.int().min(1),
    section: z.literal(key),
    items: z.array(exportSections[key].item),
  })
}

/** JSON Schema (2020-12) of all files of an export: `$defs` by section, and `manifest`. */
export function exportSchema(): object {
  const schemas = Object.entries(exportSections).map(([key, { description }]) => {
    const { $schema: _, ...schema } = z.toJSONSchema(fileOf(key as ExportSection), { io: 'output' })
    return [key, { description, ...schema }]
  })
  const { $schema, ...manifest } = z.toJSONSchema(ExportManifest, { io: 'output' })
  return { $schema, title: `${exportFormat} ${exportVersion}`, $defs: { manifest, ...Object.fromEntries(schemas) } }
}

// --- exports ------------------------------------------------------------------------------------------------------

const progress = {
  done: z.int().openapi({ description: 'Of an export photos, of an archive posts that are behind it.' }),
  total: z.int().nullable().openapi({ description: 'Of how many; null while that is not known.' }),
}

export const Export = z
  .object({
    id,
    state: z.enum(['working', 'ready', 'failed']),
    ...progress,
    bytes: z.int().nullable().openapi({ description: 'Size of the ZIP, when it is there.' }),
    createdAt: time,
    finishedAt: time.nullable(),
    expiresAt: time.nullable().openapi({ description: 'When it is removed; it is 404 from then on.' }),
  })
  .openapi('Export')
export type Export = z.infer<typeof Export>

export const ExportLink = z
  .object({
    url: z.string().openapi({ description: 'Path with a signature, for a browser: needs no token.' }),
    expiresAt: time.openapi({ description: 'Until when a download may begin or be resumed.' }),
  })
  .openapi('ExportLink')

// --- archives -----------------------------------------------------------------------------------------------------

/** Parts of an archive: all but the last have exactly this size. At most 10,000 are taken, as S3 does. */
export const archiveLimits = { partBytes: 8 * 1024 * 1024, maxBytes: 50 * 1024 ** 3, posts: 20_000 } as const

/** Why an archive as a whole was not taken. */
export const ArchiveFailure = z.enum([
  'archive_damaged',
  'archive_unknown',
  'archive_version',
  'archive_too_large',
  'processing_failed',
])
export type ArchiveFailure = z.infer<typeof ArchiveFailure>

/** Why something in an archive was left out: of a photo as of an upload, or: */
export const OmissionReason = z.enum([
  'file_missing',
  'file_unreadable',
  'video',
  'no_photo',
  'too_many_photos',
  'caption_shortened',
  'alt_text_shortened',
  'time_unknown',
  'post_deleted',
  'never_published',
  'not_an_image',
  'unsupported_type',
  'truncated',
  'too_many_pixels',
  'too_large',
  'processing_failed',
  'blocked',
])
export type OmissionReason = z.infer<typeof OmissionReason>

export const Archive = z
  .object({
    id,
    state: z.enum(['uploading', 'working', 'ready', 'failed']).openapi({
      description: 'ready: all that could be taken is here; what could not is among its omissions.',
    }),
    reason: ArchiveFailure.nullable(),
    partBytes: z.int().openapi({ description: 'Size of each part but the last.' }),
    parts: z.int().openapi({ description: 'How many there are.' }),
    bytes: z.int(),
    audience: Audience,
    ...progress,
    posts: z.int().openapi({ description: 'Posts of it that are here now, those of an earlier import among them.' }),
    omissions: z.int(),
    createdAt: time,
    finishedAt: time.nullable(),
  })
  .openapi('Archive')
export type Archive = z.infer<typeof Archive>

export const ArchiveUpload = Archive.extend({
  uploaded: z.array(z.int()).openapi({ description: 'Numbers of the parts that are here.' }),
}).openapi('ArchiveUpload')

export const NewArchive = z
  .strictObject({
    bytes: z.int().min(22).max(archiveLimits.maxBytes).openapi({ description: 'Size of the ZIP.' }),
    /** Whom posts are for of which the archive does not say it. */
    audience: Audience.default('only_me'),
  })
  .openapi('NewArchive')

export const Omission = z
  .object({
    position: z.int().openapi({ description: 'Which post of the archive, from 0.' }),
    at: time.nullable().openapi({ description: 'When it was posted.' }),
    file: z.string().nullable().openapi({ description: 'Which file of it; null: the post itself.' }),
    reason: OmissionReason,
  })
  .openapi('ArchiveOmission')
export type Omission = z.infer<typeof Omission>
