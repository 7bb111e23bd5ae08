import type { CloudEvent } from 'cloudevents'
import { sourceOf, type StoredEvent, toCloudEvent } from './events.ts'
import type { Logger } from './log.ts'
import { counter, gauge } from './metrics.ts'
import { countMissing, edit, isMissing, type Receipts, type ReceiptStore, record, type Run } from './receipts.ts'
import type { ReplaySource } from './replay.ts'

// A message whose sidecar died comes again after 23 s; what is missing for longer is lost.
const patienceMs = 30_000
// Whoever was frozen for a while has not watched, and its messages may still come.
const watchedMs = 15_000
const leaseMs = 60_000
// Events of an outbox are as old as their transactions, numbers as their statements.
const marginMs = 120_000
const pageSize = 500

/** One look at all publishers. @returns how many events the broker had lost */
export type Recovery = (options: { nowMs: number; signal?: AbortSignal | undefined }) => Promise<number>

type Gap = { next: number; upTo: Run; sinceMs: number; seenMs: number }

/**
 * Finds gaps in what has arrived and asks the publisher's outbox what belongs there. Not every gap is a loss: numbers of
 * heartbeats and of rolled back transactions have no event, and a gap that still closes by itself is left alone.
 */
export function createRecovery(options: {
  store: ReceiptStore
  /** Of the publishers. */
  outboxes: readonly ReplaySource[]
  /** Whether the consumer wants to hear of it at all. */
  handles: (event: StoredEvent) => boolean
  /** Handles them as if the broker had brought them; throws if that must be tried again. */
  deliver: (events: { topic: string; event: CloudEvent<unknown> }[]) => Promise<void>
  log: Logger
}): Recovery {
  const { store, outboxes, handles, deliver, log } = options
  const losses = counter('broker_losses_total', 'Events that the broker lost, fetched from their publisher', ['source'])
  const age = gauge('heartbeat_age_seconds', 'Age of the newest event or heartbeat that has arrived', ['source'])
  const missing = gauge('events_missing', 'Numbers that have not arrived though later ones have', ['source'])
  const gaps = new Map<string, Gap>()

  async function look(publisher: ReplaySource, nowMs: number, signal: AbortSignal | undefined): Promise<number> {
    const source = sourceOf(publisher.app)
    const gap = gaps.get(source)
    // A store that is away has taken no receipts either: what came meanwhile is waited for anew.
    gaps.delete(source)
    const receipts = (await store.read(source))?.receipts
    if (!receipts) return 0
    const newest = receipts.beyond.at(-1)
    age.set({ source }, Math.max(0, nowMs - (newest ?? receipts).atMs) / 1000)
    missing.set({ source }, countMissing(receipts))
    if (!newest) return 0
    if (gap?.next !== receipts.next || nowMs - gap.seenMs > watchedMs) {
      gaps.set(source, { next: receipts.next, upTo: newest, sinceMs: nowMs, seenMs: nowMs })
      return 0
    }
    if (nowMs - gap.sinceMs < patienceMs) {
      gaps.set(source, { ...gap, seenMs: nowMs })
      return 0
    }
    if (!(await lease(source, nowMs))) return 0
    // A publisher that is away is asked again at the next look.
    gaps.set(source, { ...gap, seenMs: nowMs })
    try {
      const lost = await fetchMissing(publisher, receipts, gap.upTo, signal)
      await edit(store, source, (now) => record(now, [{ ...gap.upTo, from: receipts.next }]))
      gaps.delete(source)
      return lost
    } finally {
      await edit(store, source, (now) => now && { ...now, leasedUntilMs: 0 })
    }
  }

  /** @returns false if another replica has it */
  async function lease(source: string, nowMs: number): Promise<boolean> {
    const kept = await store.read(source)
    if (!kept || kept.receipts.leasedUntilMs > nowMs) return false
    return store.write(source, { ...kept.receipts, leasedUntilMs: nowMs + leaseMs }, kept.revision)
  }

  async function fetchMissing(
    publisher: ReplaySource,
    receipts: Receipts,
    upTo: Run,
    signal: AbortSignal | undefined,
  ): Promise<number> {
    const source = sourceOf(publisher.app)
    const from = new Date(receipts.atMs - marginMs).toISOString()
    log.info({ source, first: receipts.next, last: upTo.to, from }, 'numbers are missing: their publisher is asked')
    let after: string | null = null
    let lost = 0
    do {
      signal?.throwIfAborted()
      const page: Awaited<ReturnType<ReplaySource['read']>> = await publisher.read(after, from, pageSize)
      const found = page.items.filter(
        (event) =>
          event.sequence !== null && event.sequence <= upTo.to && isMissing(receipts, event.sequence) && handles(event),
      )
      await deliver(found.map((event) => ({ topic: event.topic, event: toCloudEvent(publisher.app, event) })))
      lost += found.length
      losses.inc({ source }, found.length)
      const isBeyond = Date.parse(page.items.at(-1)?.time ?? '') > upTo.atMs + marginMs
      after = isBeyond ? null : page.next
      if (after !== null) await edit(store, source, (now) => now && { ...now, leasedUntilMs: Date.now() + leaseMs })
    } while (after !== null)
    if (lost > 0) log.warn({ source, lost }, 'the broker lost events; they were fetched from their publisher')
    else log.info({ source }, 'no event belongs to the missing numbers')
    return lost
  }

  return async ({ nowMs, signal }) => {
    let lost = 0
    const failures: unknown[] = []
    for (const publisher of outboxes) {
      try {
        lost += await look(publisher, nowMs, signal)
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
    return lost
  }
}
