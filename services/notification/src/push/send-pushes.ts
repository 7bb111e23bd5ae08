import type { PushMessage } from '@daguerre/contracts'
import type { Logger } from '@daguerre/kit/log'
import { counter } from '@daguerre/kit/metrics'
import { sideBySide } from '@daguerre/kit/side-by-side'
import { presentGroups, type PresentDeps } from '../notification/list-notifications.ts'
import { countUnread } from '../notification/mark-read.ts'
import type { Collections, GroupDocument, PushJobDocument, PushSubscriptionDocument } from '../notification/store.ts'
import { isPushed } from '../preferences/preferences.ts'
import { encryptMessage } from './encrypt-message.ts'
import { newsMs } from './enqueue-pushes.ts'
import type { Sender, Sent } from './send-message.ts'
import { removeSubscriptions } from './subscribe.ts'
import type { Vapid } from './vapid.ts'

export interface SendDeps extends PresentDeps {
  collections: Collections
  clock: () => Date
  log: Logger
  vapid: Vapid
  sender: Sender
  hasEnded: (sessionId: string) => Promise<boolean>
  repeatMs: number
}

const concurrency = 8
/** Longer than a message takes at worst: what a process that died had taken is due again after it. */
const leaseMs = 30_000
const mostAttempts = 10
const firstDelayMs = 15_000
const longestDelayMs = 3_600_000
/** Of a comment or caption, in a message that must stay small. */
const textBytes = 600

// A like can wait until somebody looks at their telephone anyway.
const urgency = {
  followed: 'normal',
  posted: 'low',
  liked: 'low',
  commented: 'normal',
  replied: 'normal',
  mentioned: 'normal',
  moderated: 'normal',
  requested: 'normal',
  accepted: 'normal',
} as const

/** Sends what is due, some at a time, until nothing is. Replicas share the work: a job is taken by moving its time. */
export async function sendDuePushes(deps: SendDeps, signal: AbortSignal): Promise<void> {
  async function sendSome(): Promise<void> {
    while (!signal.aborted) {
      const job = await takeJob(deps)
      if (!job) return
      await sendPush(deps, job)
    }
  }
  await sideBySide(concurrency, sendSome)
}

async function takeJob({ collections: { pushJobs }, clock }: SendDeps): Promise<PushJobDocument | null> {
  const now = clock()
  return await pushJobs.findOneAndUpdate(
    { dueAt: { $lte: now } },
    { $set: { dueAt: new Date(now.getTime() + leaseMs) }, $inc: { attempts: 1 } },
    { sort: { dueAt: 1 }, returnDocument: 'after' },
  )
}

async function sendPush(deps: SendDeps, job: PushJobDocument): Promise<void> {
  const { collections, vapid, clock, log } = deps
  const [subscription, group] = await Promise.all([
    collections.subscriptions.findOne({ _id: job.subscriptionId }),
    collections.groups.findOne({ _id: job.groupId }),
  ])
  if (!subscription) return await removeSubscriptions(deps, [job.subscriptionId])
  if (!group || job.attempts > mostAttempts || !(await isStillNews(deps, group, subscription._id)))
    return await finish(deps, job, 'dropped')
  const isOver = subscription.expiresAt <= clock() || subscription.vapidKey !== (await vapid.publicKey())
  if (isOver || (await deps.hasEnded(subscription._id))) {
    outcomes().inc({ outcome: 'gone' })
    return await removeSubscriptions(deps, [subscription._id])
  }
  let sent: Sent
  try {
    sent = await send(deps, subscription, group)
  } catch (error) {
    log.info({ err: error, host: new URL(subscription.endpoint).host }, 'a push service cannot be reached')
    return await tryLater(deps, job, null)
  }
  const { status, retryAfterMs } = sent
  if (status === 404 || status === 410) {
    outcomes().inc({ outcome: 'gone' })
    return await removeSubscriptions(deps, [subscription._id])
  }
  if (status === 429 || status >= 500) return await tryLater(deps, job, retryAfterMs)
  if (status >= 300) {
    log.warn({ status, host: new URL(subscription.endpoint).host }, 'a push service refuses a message')
    await markFailing(deps, job)
    return await finish(deps, job, 'refused')
  }
  if (subscription.failingSince) {
    await collections.subscriptions.updateOne({ _id: subscription._id }, { $set: { failingSince: null } })
  }
  await finish(deps, job, 'sent')
}

function outcomes() {
  return counter('pushes_total', 'Messages to push services, by what became of them', ['outcome'])
}

async function isStillNews(deps: SendDeps, group: GroupDocument, sessionId: string): Promise<boolean> {
  const { collections, clock } = deps
  if (!group.live || !group.unread || group.updatedAt.getTime() < clock().getTime() - newsMs) return false
  const { items } = await presentGroups(deps, [group], sessionId)
  if (items[0] === null) return false
  return isPushed((await collections.preferences.findOne({ _id: group.recipientId })) ?? undefined, group.kind)
}

async function send(deps: SendDeps, subscription: PushSubscriptionDocument, group: GroupDocument): Promise<Sent> {
  const message = Buffer.from(JSON.stringify(await messageOf(deps, group, subscription._id)))
  const age = deps.clock().getTime() - group.updatedAt.getTime()
  return await deps.sender.send(
    subscription.endpoint,
    {
      authorization: await deps.vapid.authorization(subscription.endpoint),
      'content-type': 'application/octet-stream',
      'content-encoding': 'aes128gcm',
      ttl: String(Math.max(0, Math.floor((newsMs - age) / 1000))),
      urgency: urgency[group.kind],
      // At most 32 characters: of those that wait for a browser, the newest takes the place of the others.
      topic: group._id.replaceAll('-', ''),
    },
    encryptMessage(message, subscription),
  )
}

async function messageOf(deps: SendDeps, group: GroupDocument, sessionId: string): Promise<PushMessage> {
  const [{ items }, unread] = await Promise.all([
    presentGroups(deps, [group], sessionId),
    countUnread(deps, group.recipientId),
  ])
  const [shown] = items
  const known = (shown?.actors ?? []).filter(({ username }) => username !== '')
  const first = known[0]
  return {
    kind: group.kind,
    actors: known.slice(0, 2).map(({ displayName, username }) => displayName || username),
    actorCount: shown?.actorCount ?? 0,
    text: group.text === null ? null : cut(group.text),
    image: shown?.post?.thumbnailUrl ?? null,
    icon: first?.avatar?.url ?? null,
    url: urlOf(group, first?.username),
    tag: group._id,
    unread,
    at: group.updatedAt.toISOString(),
  }
}

function urlOf(group: GroupDocument, username: string | undefined): string {
  if (group.postId) return `/p/${group.postId}`
  if (group.kind === 'moderated') return '/settings/moderation'
  if (group.kind === 'requested') return '/settings/requests'
  return group.actorCount === 1 && username ? `/@${username}` : '/notifications'
}

const characters = new Intl.Segmenter()

function cut(text: string): string {
  if (Buffer.byteLength(text) <= textBytes) return text
  let shown = ''
  let bytes = 0
  for (const { segment } of characters.segment(text)) {
    bytes += Buffer.byteLength(segment)
    if (bytes > textBytes) break
    shown += segment
  }
  return `${shown}…`
}

/** The job is over, unless the group has news again since it was taken. */
async function finish(
  { collections, clock, repeatMs }: SendDeps,
  job: PushJobDocument,
  outcome: string,
): Promise<void> {
  outcomes().inc({ outcome })
  const { pushJobs } = collections
  const { deletedCount } = await pushJobs.deleteOne({ _id: job._id, rev: job.rev })
  if (deletedCount === 1) return
  const dueAt = new Date(clock().getTime() + repeatMs)
  await pushJobs.updateOne({ _id: job._id }, { $set: { dueAt, attempts: 0 } })
}

async function tryLater(deps: SendDeps, job: PushJobDocument, askedMs: number | null): Promise<void> {
  outcomes().inc({ outcome: 'later' })
  const delayMs = Math.min(longestDelayMs, Math.max(askedMs ?? 0, firstDelayMs * 2 ** (job.attempts - 1)))
  // Not all at once at a service that has just come back.
  const dueAt = new Date(deps.clock().getTime() + delayMs * (1 + Math.random() * 0.2))
  await deps.collections.pushJobs.updateOne({ _id: job._id }, { $set: { dueAt } })
  await markFailing(deps, job)
}

async function markFailing({ collections, clock }: SendDeps, job: PushJobDocument): Promise<void> {
  await collections.subscriptions.updateOne(
    { _id: job.subscriptionId, failingSince: null },
    { $set: { failingSince: clock() } },
  )
}
