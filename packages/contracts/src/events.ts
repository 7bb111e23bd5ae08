import { z } from '@hono/zod-openapi'
import { Entity } from './entities.ts'
import { Media, MediaFailure, PerceptualHash } from './media.ts'
import { AccountDecision, ActKind, Sanction, Subject } from './moderation.ts'
import { PersonShort } from './people.ts'
import { AccountState, Audience } from './visibility.ts'

/** One entry of the catalogue: what docs/events.md, publishers and consumers know of an event. */
export interface EventDefinition<Data extends z.ZodType = z.ZodType> {
  /** One topic per aggregate. */
  topic: string
  /** CloudEvents `type`, the version of the data at its end. */
  type: string
  publisher: string
  /** What CloudEvents `subject` holds. */
  subject: string
  /** What the extension `version` counts: a consumer keeps the newest for one subject. */
  version: string
  description: string
  data: Data
  example: z.input<Data>
}

function defineEvent<Data extends z.ZodType>(definition: EventDefinition<Data>): EventDefinition<Data> {
  return definition
}

const id = z.uuid()
const time = z.iso.datetime()

const ids = {
  louise: '0199a0c4-7e00-7000-8000-000000000001',
  nadar: '0199a0c4-7e00-7000-8000-000000000002',
  post: '0199a0c4-7e00-7000-8000-0000000000a1',
  media: '0199a0c4-7e00-7000-8000-0000000000b1',
  comment: '0199a0c4-7e00-7000-8000-0000000000c1',
  act: '0199a0c4-7e00-7000-8000-0000000000d1',
  block: '0199a0c4-7e00-7000-8000-0000000000e1',
}
const at = '2026-11-23T07:00:00.000Z'

export const accountRegistered = defineEvent({
  topic: 'account',
  type: 'daguerre.account.registered.v1',
  publisher: 'auth',
  subject: 'the account id',
  version: 'always 1',
  description: 'Somebody has an account now.',
  data: z.object({ userId: id, username: z.string(), registeredAt: time }),
  example: { userId: ids.louise, username: 'louise', registeredAt: at },
})

const accountVersion = 'how often the account has changed: closed, opened again, deleted'

export const accountClosed = defineEvent({
  topic: 'account',
  type: 'daguerre.account.closed.v1',
  publisher: 'auth',
  subject: 'the account id',
  version: accountVersion,
  description: 'Somebody is leaving: nobody sees them from now on. Until the time named they may take it back.',
  data: z.object({ userId: id, deletionAt: time }),
  example: { userId: ids.louise, deletionAt: at },
})

export const accountReopened = defineEvent({
  topic: 'account',
  type: 'daguerre.account.reopened.v1',
  publisher: 'auth',
  subject: 'the account id',
  version: accountVersion,
  description: 'Somebody who was leaving stays.',
  data: z.object({ userId: id }),
  example: { userId: ids.louise },
})

export const accountDeleted = defineEvent({
  topic: 'account',
  type: 'daguerre.account.deleted.v1',
  publisher: 'auth',
  subject: 'the account id',
  version: accountVersion,
  description:
    'Somebody has left for good. Whoever keeps anything of them erases it, and the id as a tombstone, so that nothing brings it back.',
  data: z.object({ userId: id, at: time }),
  example: { userId: ids.louise, at },
})

export const accountDecided = defineEvent({
  topic: 'account',
  type: 'daguerre.account.decided.v1',
  publisher: 'auth',
  subject: 'the account id',
  version: 'always 1: each one counts, by its id',
  description: 'Somebody who may has decided about an account, which goes into the audit log.',
  data: z.object({
    userId: id,
    actorId: id.describe('Who did it. Their name is not here: it goes with them.'),
    action: AccountDecision,
    reason: z.string(),
    before: z.record(z.string(), z.unknown()),
    after: z.record(z.string(), z.unknown()),
    at: time,
  }),
  example: {
    userId: ids.louise,
    actorId: ids.nadar,
    action: 'change_role' as const,
    reason: 'Helps with the queue',
    before: { role: 'member' },
    after: { role: 'moderator' },
    at,
  },
})

export const profileUpdated = defineEvent({
  topic: 'user',
  type: 'daguerre.user.profile-updated.v1',
  publisher: 'user',
  subject: 'the user id',
  version: "the profile's version",
  description: 'The profile as it is now: made, or changed. Caches of summaries drop their copy.',
  data: z.object({
    person: PersonShort,
    account: AccountState.default('open').describe('What the account is towards others.'),
  }),
  example: { person: { id: ids.louise, username: 'louise', displayName: 'Louise', avatar: null }, account: 'open' },
})

const followData = z.object({ followerId: id, followeeId: id, at: time })
const followVersion = 'how often this follower has followed or unfollowed this followee'

export const followed = defineEvent({
  topic: 'user',
  type: 'daguerre.user.followed.v1',
  publisher: 'user',
  subject: '<follower id>:<followee id>',
  version: followVersion,
  description: 'Somebody follows somebody.',
  data: followData,
  example: { followerId: ids.louise, followeeId: ids.nadar, at },
})

export const unfollowed = defineEvent({
  topic: 'user',
  type: 'daguerre.user.unfollowed.v1',
  publisher: 'user',
  subject: '<follower id>:<followee id>',
  version: followVersion,
  description: 'Somebody no longer follows somebody.',
  data: followData,
  example: { followerId: ids.louise, followeeId: ids.nadar, at },
})

const requestData = z.object({ requesterId: id, targetId: id, at: time })
const requestVersion = 'how often this person has asked that one, or has had an end of it'

export const followRequested = defineEvent({
  topic: 'user',
  type: 'daguerre.user.follow-requested.v1',
  publisher: 'user',
  subject: '<requester id>:<target id>',
  version: requestVersion,
  description: 'Somebody asks to follow a private account.',
  data: requestData,
  example: { requesterId: ids.louise, targetId: ids.nadar, at },
})

export const followRequestEnded = defineEvent({
  topic: 'user',
  type: 'daguerre.user.follow-request-ended.v1',
  publisher: 'user',
  subject: '<requester id>:<target id>',
  version: requestVersion,
  description: 'A request is over: accepted, which is told as a follow too, or declined, taken back, ended by a block.',
  data: requestData.extend({ accepted: z.boolean() }),
  example: { requesterId: ids.louise, targetId: ids.nadar, accepted: true, at },
})

const muteVersion = 'how often this person has muted or unmuted that one'

export const muted = defineEvent({
  topic: 'user',
  type: 'daguerre.user.muted.v1',
  publisher: 'user',
  subject: '<muter id>:<muted id>',
  version: muteVersion,
  description: 'Somebody does not want to hear of somebody, for a while or until it is taken back.',
  data: z.object({ muterId: id, mutedId: id, until: time.nullable() }),
  example: { muterId: ids.louise, mutedId: ids.nadar, until: null },
})

export const unmuted = defineEvent({
  topic: 'user',
  type: 'daguerre.user.unmuted.v1',
  publisher: 'user',
  subject: '<muter id>:<muted id>',
  version: muteVersion,
  description: 'Somebody wants to hear of somebody again.',
  data: z.object({ muterId: id, mutedId: id }),
  example: { muterId: ids.louise, mutedId: ids.nadar },
})

const restrictionVersion = 'how often this person has restricted that one, or no longer'

export const restricted = defineEvent({
  topic: 'user',
  type: 'daguerre.user.restricted.v1',
  publisher: 'user',
  subject: '<restricting id>:<restricted id>',
  version: restrictionVersion,
  description: 'Somebody looks first at what somebody says below their posts, and does not want to hear of them.',
  data: z.object({ ownerId: id, restrictedId: id }),
  example: { ownerId: ids.louise, restrictedId: ids.nadar },
})

export const unrestricted = defineEvent({
  topic: 'user',
  type: 'daguerre.user.unrestricted.v1',
  publisher: 'user',
  subject: '<restricting id>:<restricted id>',
  version: restrictionVersion,
  description: 'Somebody restricts somebody no longer.',
  data: z.object({ ownerId: id, restrictedId: id }),
  example: { ownerId: ids.louise, restrictedId: ids.nadar },
})

const authorPosts = z
  .object({ count: z.int().min(0), version: z.int().min(1) })
  .describe("The author's count of public posts after this, and its own version: a consumer keeps the newest.")

const postData = z.object({
  postId: id,
  authorId: id,
  authorUsername: z.string(),
  caption: z.string(),
  entities: z.array(Entity),
  thumbnailUrl: z.string().nullable(),
  audience: Audience.default('public'),
  createdAt: time,
  authorPosts,
  hidden: z.boolean().default(false).describe('By a moderator: its author alone sees it.'),
  commentsOff: z.boolean().default(false).describe('Nobody comments on it.'),
  likesHidden: z.boolean().default(false).describe('How many like it, and who, its author alone learns.'),
})
const postExample = {
  postId: ids.post,
  authorId: ids.louise,
  authorUsername: 'louise',
  caption: 'The #bridge at noon',
  entities: [{ type: 'hashtag' as const, start: 4, end: 11, tag: 'bridge' }],
  thumbnailUrl: `/media/${ids.media}/thumbnail.webp`,
  audience: 'public' as const,
  createdAt: at,
  authorPosts: { count: 7, version: 9 },
}

export const postCreated = defineEvent({
  topic: 'post',
  type: 'daguerre.post.created.v1',
  publisher: 'post',
  subject: 'the post id',
  version: "the post's version",
  description: 'A post can be seen by those whom it is for: all its media are ready.',
  data: postData.extend({
    imported: z.boolean().default(false).describe('It comes from an archive, at its own time: nobody is told of it.'),
  }),
  example: postExample,
})

export const postUpdated = defineEvent({
  topic: 'post',
  type: 'daguerre.post.updated.v1',
  publisher: 'post',
  subject: 'the post id',
  version: "the post's version",
  description:
    'Caption, alt texts or audience of a post have changed, or a moderator has hidden it, shown it again or marked it as sensitive.',
  data: postData,
  example: postExample,
})

export const postHeld = defineEvent({
  topic: 'post',
  type: 'daguerre.post.held.v1',
  publisher: 'post',
  subject: 'the post id',
  version: "the post's version",
  description:
    'A new post waits for moderators, its photos are ready. Nobody else sees it until `post-moderated` says that it is not hidden.',
  data: z.object({
    postId: id,
    authorId: id,
    authorUsername: z.string(),
    caption: z.string(),
    images: z.array(z.string()).describe('Paths of small pictures.'),
    heldFor: z.array(z.string()).describe('Blocked words and domains in it, or what the check from outside said.'),
    cause: z.enum(['blocked_text', 'external_check']).default('blocked_text'),
  }),
  example: {
    postId: ids.post,
    authorId: ids.louise,
    authorUsername: 'louise',
    caption: 'Silver for sale',
    images: [],
    heldFor: ['for sale'],
    cause: 'blocked_text' as const,
  },
})

export const postDeleted = defineEvent({
  topic: 'post',
  type: 'daguerre.post.deleted.v1',
  publisher: 'post',
  subject: 'the post id',
  version: "the post's version",
  description:
    'A post is gone, also one that nobody else has seen yet. Nothing brings it back, whatever arrives later; what was said of it before is forgotten.',
  data: z.object({
    postId: id,
    authorId: id,
    mediaIds: z.array(id).default([]).describe('Its photos that no other post shows: they go with it.'),
    authorPosts,
  }),
  example: { postId: ids.post, authorId: ids.louise, mediaIds: [ids.media], authorPosts: { count: 6, version: 10 } },
})

export const mediaProcessed = defineEvent({
  topic: 'media',
  type: 'daguerre.media.processed.v1',
  publisher: 'media',
  subject: 'the media id',
  version: "the media's version",
  description: 'A photo is ready: its variants can be fetched.',
  data: z.object({ ownerId: id, media: Media }),
  example: {
    ownerId: ids.louise,
    media: {
      id: ids.media,
      state: 'ready' as const,
      reason: null,
      width: 4000,
      height: 3000,
      placeholder: '1QcSHQRnh493V4dIh4eXh1h4kJUI',
      variants: [
        {
          name: 'thumbnail' as const,
          url: `/media/${ids.media}/thumbnail.webp`,
          width: 320,
          height: 320,
          bytes: 18_211,
          type: 'image/webp' as const,
        },
      ],
    },
  },
})

export const mediaFailed = defineEvent({
  topic: 'media',
  type: 'daguerre.media.failed.v1',
  publisher: 'media',
  subject: 'the media id',
  version: "the media's version",
  description: 'A photo could not be processed and will not be.',
  data: z.object({ ownerId: id, mediaId: id, reason: MediaFailure }),
  example: { ownerId: ids.louise, mediaId: ids.media, reason: 'truncated' as const },
})

export const photoMatched = defineEvent({
  topic: 'media',
  type: 'daguerre.media.photo-matched.v1',
  publisher: 'media',
  subject: 'the media id',
  version: "the media's version",
  description:
    'A photo looks like one that moderators have blocked. A new one was refused; one that was there before stays.',
  data: z.object({
    mediaId: id,
    ownerId: id,
    blockId: id.describe('Which of the blocked ones it is like.'),
    distance: z.int().min(0).max(64).describe('How many of the 64 bits differ.'),
    isRefused: z.boolean(),
  }),
  example: { mediaId: ids.media, ownerId: ids.louise, blockId: ids.block, distance: 3, isRefused: true },
})

const likeData = z.object({ postId: id, postAuthorId: id, userId: id, at: time })
const likeVersion = 'how often this person has liked or unliked this post'

export const postLiked = defineEvent({
  topic: 'interaction',
  type: 'daguerre.interaction.post-liked.v1',
  publisher: 'interaction',
  subject: '<post id>:<user id>',
  version: likeVersion,
  description: 'Somebody likes a post.',
  data: likeData,
  example: { postId: ids.post, postAuthorId: ids.louise, userId: ids.nadar, at },
})

export const postUnliked = defineEvent({
  topic: 'interaction',
  type: 'daguerre.interaction.post-unliked.v1',
  publisher: 'interaction',
  subject: '<post id>:<user id>',
  version: likeVersion,
  description: 'Somebody no longer likes a post.',
  data: likeData,
  example: { postId: ids.post, postAuthorId: ids.louise, userId: ids.nadar, at },
})

export const commentCreated = defineEvent({
  topic: 'interaction',
  type: 'daguerre.interaction.comment-created.v1',
  publisher: 'interaction',
  subject: 'the comment id',
  version: '1; a deletion is 2',
  description: 'Somebody commented on a post, or replied to a comment.',
  data: z.object({
    commentId: id,
    postId: id,
    postAuthorId: id,
    parentId: id.nullable(),
    repliedToId: id.nullable().describe('Who is answered: the author of the comment named by the writer.'),
    authorId: id,
    text: z.string(),
    entities: z.array(Entity),
    at: time,
    released: z
      .boolean()
      .default(false)
      .describe('It was held, and the author of the post has read it and let it through.'),
  }),
  example: {
    commentId: ids.comment,
    postId: ids.post,
    postAuthorId: ids.louise,
    parentId: null,
    repliedToId: null,
    authorId: ids.nadar,
    text: 'What light!',
    entities: [],
    at,
  },
})

export const commentDeleted = defineEvent({
  topic: 'interaction',
  type: 'daguerre.interaction.comment-deleted.v1',
  publisher: 'interaction',
  subject: 'the comment id',
  version: '2',
  description: 'A comment is gone; of a first-level comment its replies too (each has its own event).',
  data: z.object({ commentId: id, postId: id, postAuthorId: id, parentId: id.nullable(), authorId: id }),
  example: { commentId: ids.comment, postId: ids.post, postAuthorId: ids.louise, parentId: null, authorId: ids.nadar },
})

export const postsCounted = defineEvent({
  topic: 'interaction',
  type: 'daguerre.interaction.posts-counted.v1',
  publisher: 'interaction',
  subject: 'an id of its own: it tells of many posts',
  version: "always 1; each item has its post's own",
  description:
    'Likes and comments of posts, as they are now, once a second of those that have changed. An item with a version that is not newer than what is known is old.',
  data: z.object({
    items: z
      .array(z.object({ postId: id, likes: z.int().min(0), comments: z.int().min(0), version: z.int().min(1) }))
      .max(100),
  }),
  example: { items: [{ postId: ids.post, likes: 41, comments: 7, version: 12 }] },
})

const subjectVersion = 'how often a moderator has changed something of this subject'

export const postModerated = defineEvent({
  topic: 'moderation',
  type: 'daguerre.moderation.post-moderated.v1',
  publisher: 'moderation',
  subject: 'the post id',
  version: subjectVersion,
  description: 'What moderators have made of a post, as it is now. `removed` is for good.',
  data: z.object({ postId: id, hidden: z.boolean(), sensitive: z.boolean(), removed: z.boolean() }),
  example: { postId: ids.post, hidden: false, sensitive: true, removed: false },
})

export const commentRemoved = defineEvent({
  topic: 'moderation',
  type: 'daguerre.moderation.comment-removed.v1',
  publisher: 'moderation',
  subject: 'the comment id',
  version: 'always 1',
  description: 'A moderator has removed a comment, of a first-level one its replies too.',
  data: z.object({ commentId: id }),
  example: { commentId: ids.comment },
})

export const accountModerated = defineEvent({
  topic: 'moderation',
  type: 'daguerre.moderation.account-moderated.v1',
  publisher: 'moderation',
  subject: 'the user id',
  version: subjectVersion,
  description: 'How an account stands now. Its end, too, is told when it has come.',
  data: z.object({
    userId: id,
    state: Sanction,
    until: time.nullable().describe('When a suspension ends by itself.'),
    reason: z.string(),
    actId: id.describe('The act that made it so.'),
  }),
  example: { userId: ids.nadar, state: 'suspended' as const, until: at, reason: 'Spam', actId: ids.act },
})

export const moderatorActed = defineEvent({
  topic: 'moderation',
  type: 'daguerre.moderation.acted.v1',
  publisher: 'moderation',
  subject: 'the act id',
  version: '1; with an answer to the appeal against it 2',
  description: 'A moderator has done something, and its person is to be told.',
  data: z.object({
    actId: id,
    personId: id,
    kind: ActKind,
    subject: Subject,
    reason: z.string(),
    until: time.nullable(),
    outcome: z.enum(['upheld', 'overturned']).nullable().describe('Of the appeal, which `reason` then answers.'),
    at: time,
  }),
  example: {
    actId: ids.act,
    personId: ids.louise,
    kind: 'hide_post' as const,
    subject: { kind: 'post' as const, id: ids.post },
    reason: 'Not yours',
    until: null,
    outcome: null,
    at,
  },
})

export const photoBlockChanged = defineEvent({
  topic: 'moderation',
  type: 'daguerre.moderation.photo-block-changed.v1',
  publisher: 'moderation',
  subject: 'the id of the block',
  version: '1; taken back 2',
  description: 'Photos that look like this are refused from now on, or no longer.',
  data: z.object({ blockId: id, perceptualHash: PerceptualHash, isBlocked: z.boolean() }),
  example: { blockId: ids.block, perceptualHash: '0110'.repeat(16), isBlocked: true },
})

/** By its number, which follows on that of the publisher's last event, consumers see that they have missed that. */
function heartbeat(topic: string, publisher: string) {
  return defineEvent({
    topic,
    type: `daguerre.${topic}.heartbeat.v1`,
    publisher,
    subject: 'the publisher',
    version: 'always 0',
    description: 'The publisher is there: said every 10 s, and not kept.',
    data: z.object({}),
    example: {},
  })
}

export const accountHeartbeat = heartbeat('account', 'auth')
export const userHeartbeat = heartbeat('user', 'user')
export const postHeartbeat = heartbeat('post', 'post')
export const mediaHeartbeat = heartbeat('media', 'media')
export const interactionHeartbeat = heartbeat('interaction', 'interaction')
export const moderationHeartbeat = heartbeat('moderation', 'moderation')

/** Every event of the house, by its short name. */
export const events = {
  accountRegistered,
  accountClosed,
  accountReopened,
  accountDeleted,
  accountDecided,
  profileUpdated,
  followed,
  unfollowed,
  followRequested,
  followRequestEnded,
  muted,
  unmuted,
  restricted,
  unrestricted,
  postCreated,
  postUpdated,
  postHeld,
  postDeleted,
  mediaProcessed,
  mediaFailed,
  photoMatched,
  postLiked,
  postUnliked,
  commentCreated,
  commentDeleted,
  postsCounted,
  postModerated,
  commentRemoved,
  accountModerated,
  moderatorActed,
  photoBlockChanged,
  accountHeartbeat,
  userHeartbeat,
  postHeartbeat,
  mediaHeartbeat,
  interactionHeartbeat,
  moderationHeartbeat,
} as const

export type EventName = keyof typeof events
export type EventData<Definition> = Definition extends EventDefinition<infer Data> ? z.output<Data> : never

/** What an outbox row needs of an event, checked against the catalogue so that nothing malformed is ever written. */
export function makeEvent<Data extends z.ZodType>(
  definition: EventDefinition<Data>,
  event: { subject: string; version: number; data: z.input<Data> },
): { topic: string; type: string; subject: string; version: number; data: z.output<Data> } {
  return {
    topic: definition.topic,
    type: definition.type,
    subject: event.subject,
    version: event.version,
    data: definition.data.parse(event.data),
  }
}
