import type { SSEStreamingApi } from 'hono/streaming'
import { presentGroups, type PresentDeps } from '../notification/list-notifications.ts'
import { type PreferenceDeps, shownKinds } from '../preferences/preferences.ts'
import { countUnread } from '../notification/mark-read.ts'
import type { GroupDocument } from '../notification/store.ts'
import type { Hub } from './hub.ts'

export interface StreamDeps extends PresentDeps, PreferenceDeps {
  collections: PresentDeps['collections'] & PreferenceDeps['collections']
  hub: Hub
  clock: () => Date
  streamMs: number
  /** Ends all streams when the process drains. */
  draining: AbortSignal
}

const lookEveryMs = 5_000
const heartbeatMs = 15_000
// Changes carry MongoDB's time, and become visible a moment later, so a reader looks back this far; an event is a whole
// group, so one that comes twice replaces itself.
const overlapMs = 2_000
const batch = 100

/**
 * Sends what has changed for a person since `lastEventId` (nothing before now if null), then everything that changes. An
 * event's id is the time of the change in milliseconds: a client that comes back with it misses nothing.
 */
export async function streamNotifications(
  deps: StreamDeps,
  stream: SSEStreamingApi,
  { recipientId, sessionId, lastEventId }: { recipientId: string; sessionId: string; lastEventId: number | null },
): Promise<void> {
  const endsAt = performance.now() + deps.streamMs
  const sent = new Map<string, number>()
  let since = lastEventId ?? 0
  let lastWrite = performance.now()
  let wake: (() => void) | null = null
  let hinted = false
  const stopListening = deps.hub.listen(recipientId, () => {
    hinted = true
    wake?.()
  })
  deps.draining.addEventListener('abort', end)
  stream.onAbort(end)

  try {
    // Without a Last-Event-ID what is there already is no news. It is found by looking, not by a clock.
    if (lastEventId === null) {
      since = (await newestChange()) ?? 0
      for (const { _id, changedAt } of await changes(since)) sent.set(_id, changedAt.getTime())
    }
    await stream.write(
      `retry: 2000\nid: ${since}\nevent: hello\ndata: ${JSON.stringify({ unread: await unread() })}\n\n`,
    )
    while (!stream.aborted && !stream.closed && !deps.draining.aborted && performance.now() < endsAt) {
      hinted = false
      since = await sendChanges(since)
      if (!hinted) {
        const pause = Math.min(lookEveryMs, Math.max(0, endsAt - performance.now()))
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, pause)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
          if (hinted || deps.draining.aborted || stream.aborted) wake()
        })
        wake = null
      }
      if (performance.now() - lastWrite > heartbeatMs) {
        await stream.write(': still here\n\n')
        lastWrite = performance.now()
      }
    }
  } finally {
    stopListening()
    deps.draining.removeEventListener('abort', end)
  }

  function end(): void {
    wake?.()
  }

  async function unread(): Promise<number> {
    return await countUnread(deps, recipientId)
  }

  async function newestChange(): Promise<number | undefined> {
    const [newest] = await deps.collections.groups
      .find({ recipientId }, { sort: { changedAt: -1 }, limit: 1, projection: { changedAt: 1 } })
      .toArray()
    return newest?.changedAt.getTime()
  }

  async function changes(from: number): Promise<GroupDocument[]> {
    const shown = await shownKinds(deps, recipientId)
    return await deps.collections.groups
      .find(
        // One that has never been counted has the time 0, and nothing to tell.
        { recipientId, changedAt: { $gte: new Date(Math.max(1, from - overlapMs)) }, ...shown },
        { sort: { changedAt: 1, _id: 1 } },
      )
      .toArray()
  }

  async function sendChanges(from: number): Promise<number> {
    const fresh = (await changes(from)).filter((group) => sent.get(group._id) !== group.changedAt.getTime())
    let newest = from
    for (let at = 0; at < fresh.length; at += batch) {
      const groups = fresh.slice(at, at + batch)
      const { items } = await presentGroups(deps, groups, sessionId)
      const count = await unread()
      for (const [index, group] of groups.entries()) {
        const item = items[index]
        const isShown = group.live && item !== null
        const data = isShown ? { notification: item, unread: count } : { id: group._id, unread: count }
        newest = Math.max(newest, group.changedAt.getTime())
        sent.set(group._id, group.changedAt.getTime())
        await stream.writeSSE({
          id: String(newest),
          event: isShown ? 'notification' : 'removed',
          data: JSON.stringify(data),
        })
        lastWrite = performance.now()
      }
    }
    return newest
  }
}
