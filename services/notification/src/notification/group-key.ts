import { createHash } from 'node:crypto'
import type { Notification, NotificationKind } from '@daguerre/contracts'

export interface GroupKey {
  recipientId: string
  kind: NotificationKind
  /** What the group is about: the post, the thread, the day, the act. */
  about: string
}

export function formatGroupKey({ recipientId, kind, about }: GroupKey): string {
  return `${recipientId}|${kind}|${about}`
}

export function parseGroupKey(key: string): GroupKey {
  const [recipientId = '', kind = '', about = ''] = key.split('|')
  return { recipientId, kind: kind as NotificationKind, about }
}

/** The id of a group, made from its key (UUID version 8, RFC 9562): the same after every replay. */
export function groupIdOf(key: string): string {
  const bytes = createHash('sha256').update(key).digest().subarray(0, 16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x80
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** The id of the entry that somebody's follow is: both its beginning and its end are versions of it. */
export function followEntryId({ followerId, followeeId }: { followerId: string; followeeId: string }): string {
  return `followed|${followerId}|${followeeId}`
}

type Act = NonNullable<Notification['act']>

/** What a notification of a moderator's act is about. */
export function aboutAct({ actId, kind, outcome }: Pick<Act, 'kind' | 'outcome'> & { actId: string }): string {
  return `${actId} ${kind} ${outcome ?? ''}`
}

/** The act that a group of kind `moderated` is about. */
export function actOf(key: string): Omit<Act, 'reason'> {
  const [id = '', kind = '', outcome = ''] = parseGroupKey(key).about.split(' ')
  return { id, kind: kind as Act['kind'], outcome: outcome === '' ? null : (outcome as Act['outcome']) }
}

/** New followers are grouped by the day (UTC) on which they came. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10)
}
