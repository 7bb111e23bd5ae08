import type { NotificationKind } from '@daguerre/contracts'
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
    /** Groups that must be counted again before the event is confirmed. */
    dirty: p.array(),
  },
  indexes: [
    { properties: ['groupKey', 'active', 'removed', 'at', '_id'] },
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
  },
  indexes: [
    // With what they are sorted by to the end, so that a page is read and not sorted.
    { properties: ['recipientId', 'live', 'updatedAt', '_id'] },
    { properties: ['recipientId', 'unread', 'updatedAt'] },
    { properties: ['recipientId', 'changedAt', '_id'] },
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
  },
})

/** A comment that is gone: one that arrives later stays gone. */
export const CommentTombstone = defineEntity({
  name: 'CommentTombstone',
  tableName: 'comment_tombstone',
  properties: { _id: p.string().primary(), at: p.datetime() },
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
