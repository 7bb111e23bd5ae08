import type { Audience, NotificationKind } from '@daguerre/contracts'
import type { DeadLetter } from '@daguerre/kit/consumer'
import type { Kept } from '@daguerre/kit/receipts'
import type { Collection } from 'mongodb'

export interface EntryDocument {
  _id: string
  groupKey: string
  recipientId: string
  actorId: string
  version: number
  active: boolean
  removed: boolean
  at: Date
  postId: string | null
  commentId: string | null
  text: string | null
  dirty: string[]
}

export interface GroupDocument {
  _id: string
  key: string
  recipientId: string
  kind: NotificationKind
  postId: string | null
  commentId: string | null
  text: string | null
  actors: string[]
  actorCount: number
  createdAt: Date
  updatedAt: Date
  readUpTo: Date
  unread: boolean
  live: boolean
  rev: number
  computedRev: number
  changedAt: Date
  followVersion?: number | null
  pushedUpTo?: Date | null
  pushDueAt?: Date | null
}

export interface PostRefDocument {
  _id: string
  version: number
  thumbnailUrl: string | null
  deleted: boolean
  /** Missing of posts that were told of before this was kept: all of them were public. */
  authorId?: string | null | undefined
  audience?: Audience | null | undefined
}

export interface MuteDocument {
  _id: string
  muterId: string
  mutedId: string
  version: number
  since: Date
  until: Date | null
}

export interface AnnouncementDocument {
  _id: string
  authorId: string
  audience?: Audience | null | undefined
  at: Date
  publishedAt: Date
  text: string
  after: string
  servedAtMs: number
  takenUntil: Date
}

export interface DeadLetterDocument extends Omit<DeadLetter, 'id'> {
  _id: string
  lockedUntil: Date
}

export interface ReceiptDocument extends Kept {
  _id: string
}

export interface PreferenceDocument {
  _id: string
  inApp: Partial<Record<NotificationKind, boolean>>
  push: Partial<Record<NotificationKind, boolean>>
}

export interface PushSubscriptionDocument {
  _id: string
  personId: string
  endpoint: string
  p256dh: string
  auth: string
  vapidKey: string
  seenAt: Date
  expiresAt: Date
  failingSince: Date | null
}

export interface PushJobDocument {
  _id: string
  subscriptionId: string
  groupId: string
  dueAt: Date
  attempts: number
  rev: number
}

export interface VapidKeyDocument {
  _id: string
  publicKey: string
  privateSealed: string
  createdAt: Date
}

export interface DepartedDocument {
  _id: string
  at: Date
  passes: number
  dueAt: Date | null
}

/** The collections, by the driver: every write here is one atomic statement on one document. */
export interface Collections {
  entries: Collection<EntryDocument>
  groups: Collection<GroupDocument>
  posts: Collection<PostRefDocument>
  commentTombstones: Collection<{ _id: string; at: Date }>
  mutes: Collection<MuteDocument>
  departed: Collection<DepartedDocument>
  announcements: Collection<AnnouncementDocument>
  deadLetters: Collection<DeadLetterDocument>
  receipts: Collection<ReceiptDocument>
  preferences: Collection<PreferenceDocument>
  subscriptions: Collection<PushSubscriptionDocument>
  pushJobs: Collection<PushJobDocument>
  vapidKeys: Collection<VapidKeyDocument>
}

/** What is left of a group when all that was in it is gone: that it is, for live streams. */
export const emptied = { live: false, unread: false, actors: [], actorCount: 0, text: null }

/**
 * Part of every update of a group: MongoDB's own time, at the moment of the write. A time taken here would be of before the write, and of
 * one replica's clock: a stream that has passed it meanwhile would never tell of the change.
 */
export const changedNow = { $currentDate: { changedAt: true } } as const

/** MongoDB's E11000: somebody else was first. */
export function isDuplicateKey(error: unknown): boolean {
  return (error as { code?: unknown }).code === 11000
}
