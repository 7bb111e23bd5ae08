import type { PushState, PushSubscription } from '@daguerre/contracts'
import { invalid } from '@daguerre/kit/problem'
import type { Viewer } from '@daguerre/kit/tokens'
import type { Collections } from '../notification/store.ts'
import { isBrowserKeys } from './encrypt-message.ts'
import { pushUrl } from './push-url.ts'
import type { Vapid } from './vapid.ts'

export interface SubscribeDeps {
  collections: Pick<Collections, 'subscriptions' | 'pushJobs'>
  vapid: Vapid
  clock: () => Date
  loopback: boolean
  subscriptionMs: number
}

/** As many browsers as anybody has; of one more, the one that was seen least lately goes. */
const mostOfOnePerson = 20

export async function readPushState(deps: SubscribeDeps, { sessionId }: Viewer): Promise<PushState> {
  const [publicKey, subscription] = await Promise.all([
    deps.vapid.publicKey(),
    deps.collections.subscriptions.findOne({ _id: sessionId }),
  ])
  const holds = subscription?.vapidKey === publicKey && subscription.expiresAt > deps.clock()
  return { publicKey, subscribed: holds, endpoint: holds ? subscription.endpoint : null }
}

/**
 * From now on this session's browser gets pushes. A browser has one subscription, whoever is signed in: what another session
 * had of it ends. @throws Problem 422 if nothing may, or can, be sent to it
 */
export async function subscribe(
  deps: SubscribeDeps,
  viewer: Viewer,
  { endpoint, keys, expirationTime }: PushSubscription,
): Promise<void> {
  if (!pushUrl(endpoint, deps)) {
    const detail = 'must be an https address on the public internet'
    throw invalid([{ pointer: '#/endpoint', detail }], 'push.endpoint_refused', detail)
  }
  if (!isBrowserKeys(keys)) {
    throw invalid([{ pointer: '#/keys/p256dh', detail: 'is no public key of the curve P-256' }])
  }
  const { subscriptions } = deps.collections
  const seenAt = deps.clock()
  const longest = seenAt.getTime() + deps.subscriptionMs
  const vapidKey = await deps.vapid.publicKey()
  await subscriptions.replaceOne(
    { _id: viewer.sessionId },
    {
      personId: viewer.id,
      endpoint,
      ...keys,
      vapidKey,
      seenAt,
      expiresAt: new Date(Math.min(longest, expirationTime ?? longest)),
      failingSince: null,
    },
    { upsert: true },
  )
  const [others, all] = await Promise.all([
    subscriptions.find({ endpoint, _id: { $ne: viewer.sessionId } }, { projection: { _id: 1 } }).toArray(),
    subscriptions.find({ personId: viewer.id }, { sort: { seenAt: -1 }, projection: { _id: 1 } }).toArray(),
  ])
  await removeSubscriptions(
    deps,
    [...others, ...all.slice(mostOfOnePerson)].map(({ _id }) => _id),
  )
}

/** The session's browser gets no more pushes; nothing happens if it got none. */
export async function unsubscribe(deps: Pick<SubscribeDeps, 'collections'>, { sessionId }: Viewer): Promise<void> {
  await removeSubscriptions(deps, [sessionId])
}

export async function removeSubscriptions(
  { collections: { subscriptions, pushJobs } }: Pick<SubscribeDeps, 'collections'>,
  ids: string[],
): Promise<void> {
  if (ids.length === 0) return
  await subscriptions.deleteMany({ _id: { $in: ids } })
  await pushJobs.deleteMany({ subscriptionId: { $in: ids } })
}
