import { LRUCache } from 'lru-cache'
import type { z } from 'zod'
import type { Dapr } from './dapr.ts'
import type { Logger } from './log.ts'
import { counter } from './metrics.ts'

export type CacheResult<V> = {
  values: Map<string, V>
  /** True if some values are older than `freshMs` because they could not be loaded: say so with `degrade(c, …)`. */
  stale: boolean
  /** Ids without a value: they do not exist, or could not be loaded and were never kept. */
  missing: string[]
  /** Those of `missing` that are not known, rather than known not to exist. */
  unknown: string[]
}

export type Cache<V> = {
  /** Never throws: what cannot be had is missing. */
  getMany(ids: readonly string[]): Promise<CacheResult<V>>
  /** Forgets these ids, here and in the store. Never throws. A load in flight does not bring the old value back. */
  invalidate(ids: readonly string[]): Promise<void>
}

export type CacheOptions<V> = {
  /** Prefix of keys, and label of metrics. */
  name: string
  dapr: Pick<Dapr, 'state'>
  /** Checks what comes back from the store: another version of the service may have written it. */
  schema: z.ZodType<V>
  /** Loads values in one call; ids that are not in the map do not exist. */
  load: (ids: string[]) => Promise<Map<string, V>>
  log: Logger
  /** For how long a value counts as current; 5 minutes by default. */
  freshMs?: number
  /** For how long it is kept for when `load` fails; 24 hours by default. */
  staleMs?: number
  /** For how long this process does not ask the store again; 3 seconds by default. Other replicas' invalidations are seen after it. */
  memoryMs?: number
  /** 10,000 by default. */
  maxEntries?: number
  /** Limit for the store; 100 ms by default. */
  storeTimeoutMs?: number
  now?: () => number
}

type Entry<V> = { value: V | null; loadedAtMs: number; checkedAtMs: number; invalid?: boolean }
type Found<V> = { value: V | null; stale: boolean } | undefined

const breakerMs = 3000
const secondInvalidationMs = 2500
const longestWaitMs = 60_000

/**
 * A cache in three steps: this process (seconds), the Dapr state store (shared, in bulk), `load` (in bulk, one call).
 * The state store may be slow or dead: it gets `storeTimeoutMs`, and is left alone for three seconds after a failure.
 * Requests for an id that is being loaded wait for that load.
 */
export function createCache<V>(options: CacheOptions<V>): Cache<V> {
  const { name, dapr, schema, load, log, now = Date.now } = options
  const freshMs = options.freshMs ?? 300_000
  const staleMs = Math.max(freshMs, options.staleMs ?? 86_400_000)
  const memoryMs = options.memoryMs ?? 3000
  const storeTimeoutMs = options.storeTimeoutMs ?? 100

  const memory = new LRUCache<string, Entry<V>>({ max: options.maxEntries ?? 10_000 })
  const inFlight = new Map<string, Promise<Found<V>>>()
  // Saves in work, so that an invalidation can wait for them and delete after them.
  const saving = new Set<Promise<unknown>>()
  const lookups = counter('cache_lookups_total', 'Where values came from', ['cache', 'tier'])
  const failures = counter('cache_store_failures_total', 'Calls to the state store that failed', ['cache', 'call'])
  // What the store holds from before these times is not to be believed, even if deleting it there failed.
  const invalidatedAtMs = new LRUCache<string, number>({ max: 10_000 })
  const toDelete = new Set<string>()
  let storeClosedUntil = 0
  let failedDeletions = 0
  let deletingAgain: NodeJS.Timeout | undefined

  function key(id: string): string {
    return `${name}:${id}`
  }

  async function withStore<T>(call: string, otherwise: T, work: () => Promise<T>): Promise<T> {
    if (now() < storeClosedUntil) return otherwise
    try {
      const result = await work()
      deleteWhatIsOwed()
      return result
    } catch (error) {
      storeClosedUntil = now() + breakerMs
      failures.inc({ cache: name, call })
      log.warn({ err: error, cache: name, call }, 'cache store does not work')
      return otherwise
    }
  }

  async function readStore(ids: string[]): Promise<Map<string, Entry<V>>> {
    const found = new Map<string, Entry<V>>()
    const raw = await withStore('get', new Map<string, unknown>(), () =>
      dapr.state.getBulk(ids.map(key), { timeoutMs: storeTimeoutMs }),
    )
    for (const id of ids) {
      const item = raw.get(key(id)) as { v?: unknown; at?: unknown } | undefined
      if (typeof item !== 'object' || item === null || typeof item.at !== 'number') continue
      if (item.at <= (invalidatedAtMs.get(id) ?? Number.NEGATIVE_INFINITY)) continue
      // A store that was away may come back with something older than what was loaded meanwhile.
      if (item.at < (memory.peek(id)?.loadedAtMs ?? Number.NEGATIVE_INFINITY)) continue
      const value = schema.safeParse(item.v)
      if (value.success) found.set(id, { value: value.data, loadedAtMs: item.at, checkedAtMs: now() })
    }
    return found
  }

  function writeStore(entries: [string, Entry<V>][]): void {
    if (entries.length === 0) return
    const save = withStore('save', undefined, () =>
      dapr.state.saveBulk(
        entries.map(([id, entry]) => ({ key: key(id), value: { v: entry.value, at: entry.loadedAtMs } })),
        { ttlInSeconds: staleMs / 1000, timeoutMs: 1000 },
      ),
    ).finally(() => saving.delete(save))
    saving.add(save)
  }

  /** Fetches ids that nobody fetches yet: store, then load. `owner` is compared to see whether an id was invalidated. */
  async function fetchMany(ids: string[], owner: Promise<Found<V>>[]): Promise<Map<string, Found<V>>> {
    const results = new Map<string, Found<V>>()
    const stored = await readStore(ids)
    const wanted: string[] = []
    for (const id of ids) {
      const entry = stored.get(id) ?? memory.peek(id)
      if (stored.has(id) && entry && isFresh(entry) && isCurrent(id, owner[ids.indexOf(id)])) {
        lookups.inc({ cache: name, tier: 'store' })
        memory.set(id, entry)
        results.set(id, { value: entry.value, stale: false })
      } else {
        wanted.push(id)
      }
    }
    if (wanted.length === 0) return results
    try {
      const loadedAtMs = now()
      const loaded = await load(wanted)
      const write: [string, Entry<V>][] = []
      for (const id of wanted) {
        const value = loaded.get(id) ?? null
        const entry = { value, loadedAtMs, checkedAtMs: now() }
        lookups.inc({ cache: name, tier: value === null ? 'none' : 'load' })
        results.set(id, { value, stale: false })
        if (!isCurrent(id, owner[ids.indexOf(id)])) continue
        memory.set(id, entry)
        if (value !== null) write.push([id, entry])
      }
      writeStore(write)
    } catch (error) {
      log.warn({ err: error, cache: name, ids: wanted.length }, 'cache cannot load')
      for (const id of wanted) {
        const entry = [stored.get(id), memory.peek(id)].find((known) => known && now() - known.loadedAtMs < staleMs)
        lookups.inc({ cache: name, tier: entry ? 'stale' : 'failed' })
        results.set(id, entry && { value: entry.value, stale: !isFresh(entry) })
      }
    }
    return results
  }

  function isCurrent(id: string, fetching: Promise<Found<V>> | undefined): boolean {
    return inFlight.get(id) === fetching
  }

  function isFresh(entry: Entry<V>): boolean {
    return entry.invalid !== true && now() - entry.loadedAtMs < freshMs
  }

  function startFetch(ids: string[]): Promise<Found<V>>[] {
    const owner: Promise<Found<V>>[] = []
    // The promises must be known before the work starts, which compares with them.
    const work = Promise.resolve().then(() => fetchMany(ids, owner))
    for (const id of ids) {
      const one = work.then((results) => results.get(id))
      owner.push(one)
      inFlight.set(id, one)
    }
    void work
      .catch(() => {})
      .finally(() => {
        for (const [index, id] of ids.entries()) if (inFlight.get(id) === owner[index]) inFlight.delete(id)
      })
    return owner
  }

  return {
    async getMany(ids) {
      const values = new Map<string, V>()
      const missing: string[] = []
      const unknown: string[] = []
      const waits: [string, Promise<Found<V>>][] = []
      const wanted: string[] = []
      let stale = false
      for (const id of new Set(ids)) {
        const entry = memory.get(id)
        if (entry && now() - entry.checkedAtMs < memoryMs && isFresh(entry)) {
          lookups.inc({ cache: name, tier: 'memory' })
          if (entry.value === null) missing.push(id)
          else values.set(id, entry.value)
          continue
        }
        const pending = inFlight.get(id)
        if (pending) waits.push([id, pending])
        else wanted.push(id)
      }
      if (wanted.length > 0) {
        const fetched = startFetch(wanted)
        wanted.forEach((id, index) => waits.push([id, fetched[index]!]))
      }
      for (const [id, pending] of waits) {
        const found = await pending
        if (!found) unknown.push(id)
        if (!found || found.value === null) missing.push(id)
        else values.set(id, found.value)
        stale ||= found?.stale ?? false
      }
      return { values, stale, missing, unknown }
    },

    async invalidate(ids) {
      if (ids.length === 0) return
      for (const id of ids) {
        // Kept for when it cannot be loaded: the last known value is better than none.
        const entry = memory.peek(id)
        if (entry) memory.set(id, { ...entry, invalid: true })
        inFlight.delete(id)
        invalidatedAtMs.set(id, now())
        toDelete.add(id)
      }
      await Promise.allSettled(saving)
      await deleteFromStore()
      // Another replica may have loaded the old value before and save it only now: delete once more after its load.
      setTimeout(() => {
        for (const id of ids) toDelete.add(id)
        void deleteFromStore()
      }, secondInvalidationMs).unref()
    },
  }

  /** The store answers again: what other replicas still read there goes at once. */
  function deleteWhatIsOwed(): void {
    if (!deletingAgain) return
    clearTimeout(deletingAgain)
    deletingAgain = undefined
    void deleteFromStore()
  }

  async function deleteFromStore(): Promise<void> {
    const ids = [...toDelete]
    if (ids.length === 0) return
    toDelete.clear()
    try {
      await dapr.state.deleteBulk(ids.map(key), { timeoutMs: 1000 })
      failedDeletions = 0
    } catch (error) {
      failures.inc({ cache: name, call: 'delete' })
      // Others read the store too, so the deletion is owed until it succeeds, or the values have ended by themselves.
      for (const id of ids) if (toDelete.size < 100_000) toDelete.add(id)
      // One at a time: invalidations that come meanwhile wait for it too.
      if (deletingAgain) return
      const waitMs = Math.min(breakerMs * 2 ** failedDeletions++, longestWaitMs)
      log.warn({ err: error, cache: name, owed: toDelete.size, waitMs }, 'cache cannot delete; it tries again')
      deletingAgain = setTimeout(() => {
        deletingAgain = undefined
        void deleteFromStore()
      }, waitMs).unref()
    }
  }
}
