import type { Collections } from '../notification/store.ts'
import { removeSubscriptions } from './subscribe.ts'

export interface PruneDeps {
  collections: Pick<Collections, 'subscriptions' | 'pushJobs'>
  clock: () => Date
  hasEnded: (sessionId: string) => Promise<boolean>
}

const batch = 500
const failingMs = 7 * 24 * 3600 * 1000

/**
 * Forgets browsers whose session has ended or run out, and those to which nothing could be sent for a week. It must run more often
 * than an access token lives: so long is an ended session known.
 */
export async function pruneSubscriptions(deps: PruneDeps, signal: AbortSignal): Promise<void> {
  const { subscriptions } = deps.collections
  const now = deps.clock()
  const failed = new Date(now.getTime() - failingMs)
  let after = ''
  while (!signal.aborted) {
    const page = await subscriptions
      .find({ _id: { $gt: after } }, { sort: { _id: 1 }, limit: batch, projection: { expiresAt: 1, failingSince: 1 } })
      .toArray()
    const last = page.at(-1)
    if (!last) return
    const ended = await Promise.all(page.map(({ _id }) => deps.hasEnded(_id)))
    const over = page.filter(
      ({ expiresAt, failingSince }, index) =>
        ended[index] || expiresAt <= now || (failingSince !== null && failingSince < failed),
    )
    await removeSubscriptions(
      deps,
      over.map(({ _id }) => _id),
    )
    after = last._id
  }
}
