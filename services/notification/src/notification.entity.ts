import type { Audience, NotificationKind } from '@daguerre/contracts'
import type { Receipts } from '@daguerre/kit/receipts'
import { defineEntity, p } from '@mikro-orm/core'

/**
 * One thing that one person did, by its natural key: what a group is counted from. The event's version decides which
 * state is kept, so events may come twice and in any order.
 */
export const Entry = defineEntity({
  name: 'Entry',
  tableName: 'entry',
  properties: {
    /** `liked|<post>|<who>`, `followed|<who>|<whom>`, `commented|<comment>`, … */
    _id: p.string().primary(),
    groupKey: p.string(),
    recipientId: p.string(),
    actorId: p.string(),
    version: p.integer(),
    active: p.boolean(),
    /** The post or comment it hangs on is gone; stays so whatever arrives later. */
    removed: p.boolean(),
    at: p.datetime(),
    postId: p.string().nullable(),
    commentId: p.string().nullable(),
    text: p.string().nullable(),
    /** Groups it was in before, which must be counted again before the event is confirmed. */
    dirty: p.array(),
  },
  indexes: [
    { properties: ['groupKey', 'active', 'removed', 'at', '_id'] },
    { properties: ['actorId'] },
    { properties: ['postId'] },
    { properties: ['commentId'] },
  ],
})

/** A notification as it is shown: "a, b and 3 others liked your post". */
export const Group = defineEntity({
  name: 'Group',
  tableName: 'group',
  properties: {
    /** UUID made from the key, so that it is the same after a replay. */
    _id: p.string().primary(),
    key: p.string(),
    recipientId: p.string(),
    kind: p.string().$type<NotificationKind>(),
    postId: p.string().nullable(),
    commentId: p.string().nullable(),
    text: p.string().nullable(),
    /** The latest actors, at most three. */
    actors: p.array(),
    actorCount: p.integer(),
    createdAt: p.datetime(),
    /** Time of the newest thing in it, as its event says. */
    updatedAt: p.datetime(),
    /** What is not newer than this has been read. */
    readUpTo: p.datetime(),
    unread: p.boolean(),
    /** False when everything in it was taken back. */
    live: p.boolean(),
    /** Counts changes of its entries; `computedRev` is the one that the fields above were counted at. */
    rev: p.integer(),
    computedRev: p.integer(),
    /** When this document last changed here: the position in the live stream. */
    changedAt: p.datetime(),
    /** Of a post: the version of the follow by which its reader was told; what older releases have written has none. */
    followVersion: p.integer().nullable(),
    /** What is not newer than this has been given to the queue of pushes; not there before the first. */
    pushedUpTo: p.datetime().nullable(),
    /** When the latest push is due, so that the next one keeps its distance. */
    pushDueAt: p.datetime().nullable(),
  },
  indexes: [
    // With what they are sorted by to the end, so that a page is read and not sorted.
    { properties: ['recipientId', 'live', 'updatedAt', '_id'] },
    { properties: ['recipientId', 'unread', 'updatedAt'] },
    { properties: ['recipientId', 'changedAt', '_id'] },
    { properties: ['updatedAt'] },
    { properties: ['postId'] },
  ],
})

/** What is known of a post: its picture for the list, and whether it is gone. */
export const PostRef = defineEntity({
  name: 'PostRef',
  tableName: 'post_ref',
  properties: {
    _id: p.string().primary(),
    version: p.integer(),
    thumbnailUrl: p.string().nullable(),
    deleted: p.boolean(),
    authorId: p.string().nullable(),
    audience: p.string().$type<Audience>().nullable(),
  },
})

/** A comment that is gone: one that arrives later stays gone. */
export const CommentTombstone = defineEntity({
  name: 'CommentTombstone',
  tableName: 'comment_tombstone',
  properties: { _id: p.string().primary(), at: p.datetime() },
})

/** Who does not want to hear of whom, since when and until when: the latest time. Its `_id` is "<muter>|<muted>", of a restriction "…|restricted". */
export const Mute = defineEntity({
  name: 'Mute',
  tableName: 'mute',
  properties: {
    _id: p.string().primary(),
    muterId: p.string(),
    mutedId: p.string(),
    version: p.integer(),
    since: p.datetime(),
    until: p.datetime().nullable(),
  },
  indexes: [{ properties: ['muterId'] }, { properties: ['mutedId'] }],
})

/** Somebody who has left for good: what comes late about them is not kept. Until all is erased, when the next pass is due. */
export const Departed = defineEntity({
  name: 'Departed',
  tableName: 'departed',
  properties: { _id: p.string().primary(), at: p.datetime(), passes: p.integer(), dueAt: p.datetime().nullable() },
  indexes: [{ properties: ['dueAt'] }],
})

/** A post of which not all followers have been told yet: those after an id have not. */
export const Announcement = defineEntity({
  name: 'Announcement',
  tableName: 'announcement',
  properties: {
    /** The post's id. */
    _id: p.string().primary(),
    authorId: p.string(),
    audience: p.string().$type<Audience>().nullable(),
    at: p.datetime(),
    publishedAt: p.datetime(),
    text: p.string(),
    after: p.string(),
    /** When a page of it was taken last, in milliseconds and parts of one: who has waited longest is next. */
    servedAtMs: p.double(),
    /** Nobody else takes it before. */
    takenUntil: p.datetime(),
  },
  indexes: [{ properties: ['servedAtMs'] }, { properties: ['authorId'] }],
})

/** What somebody wants to hear of, by kind; what is not named is as it is by default. */
export const Preference = defineEntity({
  name: 'Preference',
  tableName: 'preference',
  properties: {
    /** The person's id. */
    _id: p.string().primary(),
    inApp: p.json<Partial<Record<NotificationKind, boolean>>>(),
    push: p.json<Partial<Record<NotificationKind, boolean>>>(),
  },
})

/** The browser of a session (its `_id`), as its push service knows it. */
export const PushSubscription = defineEntity({
  name: 'PushSubscription',
  tableName: 'push_subscription',
  properties: {
    _id: p.string().primary(),
    personId: p.string(),
    endpoint: p.string(),
    p256dh: p.string(),
    auth: p.string(),
    /** The public key that it was made for: with another one it takes nothing. */
    vapidKey: p.string(),
    seenAt: p.datetime(),
    expiresAt: p.datetime(),
    /** Since when nothing could be sent; null after each success. */
    failingSince: p.datetime().nullable(),
  },
  indexes: [{ properties: ['personId', 'seenAt'] }, { properties: ['endpoint'] }, { properties: ['expiresAt'] }],
})

/** A group that is to be pushed to a subscription: taken by moving `dueAt`, so what a crash leaves comes again. */
export const PushJob = defineEntity({
  name: 'PushJob',
  tableName: 'push_job',
  properties: {
    /** `<subscription>|<group>` */
    _id: p.string().primary(),
    subscriptionId: p.string(),
    groupId: p.string(),
    dueAt: p.datetime(),
    attempts: p.integer(),
    /** Counts what has become of the group since the job was made. */
    rev: p.integer(),
  },
  indexes: [{ properties: ['dueAt', '_id'] }, { properties: ['subscriptionId'] }],
})

/** The key pair by which push services know this installation; there is one. */
export const VapidKey = defineEntity({
  name: 'VapidKey',
  tableName: 'vapid_key',
  properties: { _id: p.string().primary(), publicKey: p.string(), privateSealed: p.string(), createdAt: p.datetime() },
})

/** Which events of a publisher have arrived. */
export const Receipt = defineEntity({
  name: 'Receipt',
  tableName: 'receipt',
  properties: {
    /** The publisher's CloudEvents source. */
    _id: p.string().primary(),
    receipts: p.json<Receipts>(),
    revision: p.integer(),
  },
})

/** A message that could not be handled. */
export const DeadLetter = defineEntity({
  name: 'DeadLetter',
  tableName: 'dead_letter',
  properties: {
    _id: p.string().primary(),
    topic: p.string(),
    source: p.string().nullable(),
    eventId: p.string().nullable(),
    type: p.string().nullable(),
    body: p.string(),
    reason: p.string().nullable(),
    receivedAt: p.string(),
    lockedUntil: p.datetime(),
  },
})
