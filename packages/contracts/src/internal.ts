import { createRoute, z, type OpenAPIHono, type RouteConfig } from '@hono/zod-openapi'
import type { Env, Hono, Schema } from 'hono'
import { Role } from './accounts.ts'
import { orNull } from './nullable.ts'
import { Media, mediaLimits, PerceptualHash } from './media.ts'
import { Named } from './moderation.ts'
import { PersonShort, Relation } from './people.ts'
import { Location, PostCounts, PostDocument, postLimits, PostViewer, TagCount } from './posts.ts'
import { sectionsOf } from './transfers.ts'
import { AccountState, Audience, HeldBy, Speakers } from './visibility.ts'

// Routes between services. Always in bulk: ids in, items out; what is not known is simply not among the items.
// All are POST, so that ids are in the body and no proxy keeps an answer.

/** Most ids in one bulk question. */
export const bulkLimit = 100

const idList = z.array(z.uuid()).max(bulkLimit)
const viewerId = z.uuid().nullable()

/** A thing as its owner shows it to moderation. */
const Reportable = z.object({
  id: z.uuid(),
  person: Named,
  text: z.string(),
  images: z.array(z.string()),
  mediaIds: z.array(z.uuid()).optional().describe('Of a post: its photos.'),
  postId: z.uuid().nullable(),
})
export type Reportable = z.infer<typeof Reportable>

/** What can be reported, and by a moderator acted on, of things of one service. No path is below another's: that would let its callers in. */
function reportable<const App extends string, const Path extends `/internal/${string}`>(app: App, path: Path) {
  return internal(
    app,
    path,
    ['moderation'],
    z.strictObject({
      ids: idList,
      viewerId: viewerId.describe('Who may see it; null: a moderator, who sees all that is there.'),
    }),
    z.object({ items: z.array(Reportable) }),
  )
}

function json<Body extends z.ZodType>(schema: Body) {
  return { content: { 'application/json': { schema } } }
}

/** An internal route: the service that answers, and who may call it (the source of Dapr's access control). */
function internal<
  const App extends string,
  const Path extends `/internal/${string}`,
  Input extends z.ZodType,
  Output extends z.ZodType,
>(app: App, path: Path, callers: readonly string[], input: Input, output: Output) {
  const route = createRoute({
    method: 'post',
    path,
    request: { body: { required: true, ...json(input) } },
    responses: { 200: { description: 'The items that are known.', ...json(output) } },
  })
  return Object.assign(route, { app, callers, output })
}

// --- auth ---------------------------------------------------------------------------------------------------------

export const authInternal = {
  /** The public keys that verify access tokens (RFC 7517). */
  jwks: internal(
    'auth',
    '/internal/jwks',
    ['user', 'post', 'media', 'interaction', 'feed', 'notification', 'moderation'],
    z.strictObject({}),
    z.object({ keys: z.array(z.looseObject({ kid: z.string() })) }),
  ),
  /** Accounts by id or username: for a person whose `account` event has not arrived yet. */
  accounts: internal(
    'auth',
    '/internal/accounts',
    ['user'],
    z.strictObject({ ids: idList.default([]), usernames: z.array(z.string()).max(bulkLimit).default([]) }),
    z.object({ items: z.array(z.object({ id: z.uuid(), username: z.string(), createdAt: z.iso.datetime() })) }),
  ),
  /** What accounts are more than members. */
  roles: internal(
    'auth',
    '/internal/roles',
    ['moderation'],
    z.strictObject({ ids: idList }),
    z.object({ items: z.array(z.object({ id: z.uuid(), role: Role })) }),
  ),
  /** Whether somebody has lately said who they are, in this session: for what is dangerous elsewhere. */
  freshness: internal(
    'auth',
    '/internal/sessions/freshness',
    ['media'],
    z.strictObject({ userId: z.uuid(), sessionId: z.uuid() }),
    z.object({ freshness: z.enum(['fresh', 'stale', 'ended']) }),
  ),
}

// --- user ---------------------------------------------------------------------------------------------------------

const Edge = z.object({
  userId: z.uuid(),
  version: z.int(),
  since: z.iso.datetime().describe('When it began: whoever follows again begins anew.'),
})

export const userInternal = {
  /** Short forms by id and by username. */
  people: internal(
    'user',
    '/internal/people',
    ['post', 'media', 'interaction', 'feed', 'notification'],
    z.strictObject({
      ids: idList.default([]),
      usernames: z.array(z.string()).max(bulkLimit).default([]),
      mentionedBy: z.uuid().optional().describe('Who mentions those usernames: of whom they may not, nothing is said.'),
    }),
    z.object({
      items: z.array(PersonShort),
      versions: z.array(z.int()).optional().describe('Of each profile, in the order of the items.'),
      accounts: z.array(AccountState).optional().describe('What the account of each is towards others.'),
    }),
  ),
  /**
   * How the viewer and each of these people stand to each other; with their short forms, so that a page is one question. Whoever is asked puts
   * it where pages read it (`relations` of packages/copies).
   */
  relations: internal(
    'user',
    '/internal/relations',
    ['post', 'media', 'interaction', 'feed', 'notification'],
    z.strictObject({ viewerId: z.uuid(), ids: idList, withPeople: z.boolean().default(false) }),
    z.object({
      items: z.array(
        z.object({
          userId: z.uuid(),
          // One of the version before says nothing of this.
          relation: Relation.extend({
            restricted: z.boolean().default(false),
            closeFriend: z.boolean().default(false),
          }),
          isBlocked: z.boolean().default(false).describe('Either of the two by the other.'),
          isCloseFriend: z.boolean().default(false).describe('The viewer is a close friend of this person.'),
        }),
      ),
      people: z.array(PersonShort).optional().describe('Those who are known, if asked for withPeople.'),
    }),
  ),
  /** Ids of all close friends of somebody, who see what is for them: at most a thousand. */
  closeFriends: internal(
    'user',
    '/internal/close-friends',
    ['notification'],
    z.strictObject({ userId: z.uuid() }),
    z.object({ ids: z.array(z.uuid()) }),
  ),
  /**
   * What the author of the post has set about each of these comments, in the order of the question: what holds it back, and if its writer may not
   * comment there at all, who may; null: nothing.
   */
  judgements: internal(
    'user',
    '/internal/judgements',
    ['interaction'],
    z.strictObject({
      comments: z.array(z.strictObject({ writerId: z.uuid(), authorId: z.uuid(), text: z.string() })).max(bulkLimit),
    }),
    z.object({ heldBy: z.array(orNull(HeldBy)), onlyFor: z.array(orNull(Speakers)).optional() }),
  ),
  /** A page of who follows somebody, by user id; the last id of a page is the next `after`. */
  followers: internal(
    'user',
    '/internal/followers',
    ['feed', 'notification'],
    z.strictObject({
      userId: z.uuid(),
      after: z.uuid().nullable(),
      limit: z.int().min(1).max(10_000),
      most: z.int().optional().describe('With more followers than this only their number is wanted: no items.'),
    }),
    z.object({ items: z.array(Edge), total: z.int(), next: z.uuid().nullable() }),
  ),
  /**
   * A page of whom somebody follows or once followed (`active` false), with the version of each edge, by user id: a late
   * event of an edge that has ended must be known for what it is.
   */
  following: internal(
    'user',
    '/internal/following',
    ['feed'],
    z.strictObject({ userId: z.uuid(), after: z.uuid().nullable(), limit: z.int().min(1).max(10_000) }),
    z.object({ items: z.array(Edge.extend({ active: z.boolean() })), next: z.uuid().nullable() }),
  ),
  reportable: reportable('user', '/internal/reportable-people'),
}

// --- post ---------------------------------------------------------------------------------------------------------

const PostRef = z.object({
  id: z.uuid(),
  authorId: z.uuid(),
  state: z.enum(['processing', 'published', 'failed', 'deleted']),
  audience: Audience.default('public'),
  commentsOff: z.boolean().default(false),
  likesHidden: z.boolean().default(false),
  version: z.int(),
})

export const postInternal = {
  /**
   * Published posts as everybody sees them, with the version that tells which of two copies is newer; with the counts that interaction
   * has told of last, and their version.
   */
  documents: internal(
    'post',
    '/internal/posts/documents',
    ['interaction', 'feed'],
    z.strictObject({ ids: idList }),
    z.object({
      items: z.array(
        z.object({
          version: z.int(),
          authorId: z.uuid(),
          authorUsername: z.string(),
          document: PostDocument,
          counts: PostCounts.extend({ version: z.int() }).optional(),
        }),
      ),
    }),
  ),
  /** Ids of the newest published posts, of these authors or of all, newest first; keyset by post id. */
  byAuthors: internal(
    'post',
    '/internal/posts/by-authors',
    ['feed'],
    z.strictObject({
      authorIds: z.array(z.uuid()).max(10_000).nullable(),
      before: z.uuid().nullable(),
      limit: z.int().min(1).max(1000),
    }),
    z.object({ items: z.array(z.object({ id: z.uuid(), authorId: z.uuid() })) }),
  ),
  /** Ids of the posts that rank highest in explore, the highest first. */
  ranked: internal(
    'post',
    '/internal/posts/ranked',
    ['feed'],
    z.strictObject({ limit: z.int().min(1).max(1000) }),
    z.object({ items: z.array(z.object({ id: z.uuid(), authorId: z.uuid() })) }),
  ),
  /** Who wrote these posts and whether they are still there. */
  refs: internal(
    'post',
    '/internal/posts/refs',
    ['media', 'interaction'],
    z.strictObject({ ids: idList }),
    z.object({ items: z.array(PostRef) }),
  ),
  /** Whose these photos are and for whom: the widest audience of the published posts that show each; of others nothing. */
  photos: internal(
    'post',
    '/internal/posts/photos',
    ['media'],
    z.strictObject({ ids: idList }),
    z.object({ items: z.array(z.object({ id: z.uuid(), ownerId: z.uuid(), audience: Audience })) }),
  ),
  /**
   * Publishes a post of an archive at the time that it was made, as nobody's news. Its media are ready. The caller makes the id, so that asking
   * again, whenever, posts nothing twice; `deleted` if it was here, and its author has deleted it.
   */
  imported: internal(
    'post',
    '/internal/posts/imported',
    ['media'],
    z.strictObject({
      id: z.uuid(),
      authorId: z.uuid(),
      authorUsername: z.string(),
      audience: Audience,
      commentsOff: z.boolean().default(false),
      likesHidden: z.boolean().default(false),
      caption: z.string(),
      media: z
        .array(z.strictObject({ mediaId: z.uuid(), altText: z.string() }))
        .min(1)
        .max(postLimits.media),
      location: Location.nullable(),
      createdAt: z.iso.datetime(),
    }),
    z.object({ outcome: z.enum(['published', 'known', 'deleted']) }),
  ),
  /** Hashtags that begin so, most used first. */
  tags: internal(
    'post',
    '/internal/tags',
    ['user'],
    z.strictObject({ prefix: z.string().max(100), limit: z.int().min(1).max(50) }),
    z.object({ items: z.array(TagCount) }),
  ),
  reportable: reportable('post', '/internal/reportable-posts'),
}

// --- media --------------------------------------------------------------------------------------------------------

export const mediaInternal = {
  /** Media by id, with their owners. */
  media: internal(
    'media',
    '/internal/media',
    ['user', 'post'],
    z.strictObject({ ids: idList }),
    z.object({ items: z.array(z.object({ ownerId: z.uuid(), version: z.int(), media: Media })) }),
  ),
  /** Begins to import a photo for its owner. The caller makes the id, so that asking again imports nothing twice. */
  import: internal(
    'media',
    '/internal/imports',
    ['post'],
    z.strictObject({ id: z.uuid(), ownerId: z.uuid(), url: z.string().max(mediaLimits.urlLength) }),
    z.object({ outcome: z.enum(['started', 'url_refused', 'off']) }),
  ),
  /** What these photos look like: what moderators block is refused by it. */
  hashes: internal(
    'media',
    '/internal/perceptual-hashes',
    ['moderation'],
    z.strictObject({ ids: idList }),
    z.object({ items: z.array(z.object({ id: z.uuid(), perceptualHash: PerceptualHash })) }),
  ),
}

// --- interaction --------------------------------------------------------------------------------------------------

export const interactionInternal = {
  /** Counts of posts with their version (that of `posts-counted`), and what the viewer has done with them. A post nobody touched has zeros. */
  states: internal(
    'interaction',
    '/internal/posts/states',
    ['post', 'feed'],
    z.strictObject({ postIds: idList, viewerId }),
    z.object({
      items: z.array(
        z.object({ postId: z.uuid(), counts: PostCounts, version: z.int().optional(), viewer: orNull(PostViewer) }),
      ),
    }),
  ),
  reportable: reportable('interaction', '/internal/reportable-comments'),
}

// --- every publisher ----------------------------------------------------------------------------------------------

export const OutboxEvent = z.object({
  id: z.uuid(),
  topic: z.string(),
  type: z.string(),
  subject: z.string(),
  version: z.int(),
  time: z.iso.datetime(),
  data: z.unknown(),
  sequence: z.int().nullable().default(null),
})

/**
 * The kept events of a publisher, oldest first: what a replay reads, and who did not get all of them from the broker. The
 * same route on auth, user, post, media, interaction, moderation.
 */
function outbox<const App extends string>(app: App, callers: readonly string[]) {
  return internal(
    app,
    '/internal/outbox',
    callers,
    z.strictObject({
      from: z.iso.datetime(),
      after: z.uuid().nullable(),
      limit: z.int().min(1).max(1000),
    }),
    z.object({ items: z.array(OutboxEvent), next: z.uuid().nullable() }),
  )
}

export const outboxInternal = {
  auth: outbox('auth', ['user', 'post', 'media', 'interaction', 'feed', 'notification', 'moderation']),
  user: outbox('user', ['post', 'interaction', 'feed', 'notification']),
  post: outbox('post', ['user', 'media', 'interaction', 'feed', 'notification', 'moderation']),
  media: outbox('media', ['post', 'feed', 'notification', 'moderation']),
  interaction: outbox('interaction', ['post', 'feed', 'notification', 'moderation']),
  moderation: outbox('moderation', ['auth', 'user', 'post', 'media', 'interaction', 'notification']),
}

/** What a service keeps of a person, a page of one section of an export; the last item's key is the next `after`. */
function personalData<const App extends string, Key extends z.ZodType<string>>(app: App, key: Key) {
  return internal(
    app,
    '/internal/personal-data',
    ['media'],
    z.strictObject({
      userId: z.uuid(),
      section: z.enum(sectionsOf(app)),
      after: key.nullable(),
      limit: z.int().min(1).max(500),
    }),
    z.object({ items: z.array(z.unknown()), next: key.nullable() }),
  )
}

export const personalDataInternal = {
  auth: personalData('auth', z.uuid()),
  user: personalData('user', z.uuid()),
  post: personalData('post', z.uuid()),
  interaction: personalData('interaction', z.uuid()),
  // Ordered by time, and only then by id.
  notification: personalData('notification', z.string().regex(/^[\d:.TZ-]{20,30}\|[\da-f-]{36}$/)),
  moderation: personalData('moderation', z.uuid()),
}

// --- the table ----------------------------------------------------------------------------------------------------

const all = [
  ...Object.values(authInternal),
  ...Object.values(userInternal),
  ...Object.values(postInternal),
  ...Object.values(mediaInternal),
  ...Object.values(interactionInternal),
  ...Object.values(outboxInternal),
  ...Object.values(personalDataInternal),
]

/** Who may call what: Dapr's access control is generated from this (`npm run generate`). */
export const internalRoutes: { app: string; method: string; path: string; callers: readonly string[] }[] = all.map(
  ({ app, method, path, callers }) => ({ app, method, path, callers }),
)

// --- types for hc -------------------------------------------------------------------------------------------------

declare const base: OpenAPIHono
type SchemaOf<R extends RouteConfig> = R extends RouteConfig
  ? ReturnType<typeof base.openapi<R>> extends OpenAPIHono<infer _Env, infer S, infer _Base>
    ? S
    : never
  : never
type Intersection<Union> = (Union extends unknown ? (item: Union) => void : never) extends (all: infer All) => void
  ? All
  : never
type Api<Routes> =
  Routes extends Record<string, RouteConfig>
    ? Hono<Env, Intersection<SchemaOf<Routes[keyof Routes]>> extends infer S extends Schema ? S : never>
    : never

export type AuthApi = Api<
  typeof authInternal & { outbox: typeof outboxInternal.auth; personalData: typeof personalDataInternal.auth }
>
export type UserApi = Api<
  typeof userInternal & { outbox: typeof outboxInternal.user; personalData: typeof personalDataInternal.user }
>
export type PostApi = Api<
  typeof postInternal & { outbox: typeof outboxInternal.post; personalData: typeof personalDataInternal.post }
>
export type MediaApi = Api<typeof mediaInternal & { outbox: typeof outboxInternal.media }>
export type InteractionApi = Api<
  typeof interactionInternal & {
    outbox: typeof outboxInternal.interaction
    personalData: typeof personalDataInternal.interaction
  }
>
export type NotificationApi = Api<{ personalData: typeof personalDataInternal.notification }>
export type ModerationApi = Api<{ personalData: typeof personalDataInternal.moderation }>
