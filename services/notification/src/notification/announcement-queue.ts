import { gauge } from '@daguerre/kit/metrics'
import type { Logger } from '@daguerre/kit/log'
import { sideBySide } from '@daguerre/kit/side-by-side'
import { type AnnounceDeps, type Announcement, announcePage } from './announce-post.ts'
import type { AnnouncementDocument } from './store.ts'

/** Longer than a page takes at worst: what a process that died had taken is taken again after it. */
const leaseMs = 60_000
const retryMs = 5_000
const workers = 2

export interface QueueDeps extends AnnounceDeps {
  log: Logger
}

/**
 * Tells what is queued, a page at a time of whoever has waited longest: one with a million followers takes turns with all the
 * others. A page that was told and not noted is told again, which changes nothing. Replicas share the work.
 */
export async function announceQueued(deps: QueueDeps, signal: AbortSignal): Promise<void> {
  const waiting = gauge('announcements_waiting', 'Posts of which not all followers have been told yet')
  async function work(): Promise<void> {
    while (!signal.aborted && (await announceNext(deps)));
  }
  // Mostly there is nothing, and one look a second is enough to see that.
  if (!(await announceNext(deps))) return waiting.set(0)
  waiting.set(await deps.collections.announcements.countDocuments({}))
  await sideBySide(workers, work)
}

/** One page. @returns false if there is nothing to do now */
export async function announceNext(deps: QueueDeps): Promise<boolean> {
  const { announcements } = deps.collections
  const now = Date.now()
  const takenUntil = new Date(now + leaseMs)
  const taken = await announcements.findOneAndUpdate(
    { takenUntil: { $lte: new Date(now) } },
    { $set: { takenUntil, servedAtMs: performance.timeOrigin + performance.now() } },
    { sort: { servedAtMs: 1 }, returnDocument: 'after' },
  )
  if (!taken) return false
  const { _id, after } = taken
  const mine = { _id, takenUntil }
  try {
    const next = await announcePage(deps, toAnnouncement(taken), after)
    if (next === null) await announcements.deleteOne(mine)
    else await announcements.updateOne(mine, { $set: { after: next, takenUntil: new Date(0) } })
  } catch (error) {
    deps.log.warn({ err: error, postId: _id }, 'followers could not be told of a post; they will be')
    await announcements.updateOne(mine, { $set: { takenUntil: new Date(now + retryMs) } })
  }
  return true
}

function toAnnouncement({ _id, authorId, audience, at, publishedAt, text }: AnnouncementDocument): Announcement {
  return { postId: _id, authorId, audience: audience ?? 'public', at, publishedAt, text }
}
