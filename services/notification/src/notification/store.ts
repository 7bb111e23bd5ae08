import type { NotificationKind } from '@daguerre/contracts'
import type { DeadLetter } from '@daguerre/kit/consumer'
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
}

export interface PostRefDocument {
  _id: string
  version: number
  thumbnailUrl: string | null
  deleted: boolean
}

export interface DeadLetterDocument extends Omit<DeadLetter, 'id'> {
  _id: string
  lockedUntil: Date
}

/** The collections, by the driver: every write here is one atomic statement on one document. */
export interface Collections {
  entries: Collection<EntryDocument>
  groups: Collection<GroupDocument>
  posts: Collection<PostRefDocument>
  commentTombstones: Collection<{ _id: string; at: Date }>
  deadLetters: Collection<DeadLetterDocument>
}

/** MongoDB's E11000: somebody else was first. */
export function isDuplicateKey(error: unknown): boolean {
  return (error as { code?: unknown }).code === 11000
}
