import { newId } from '@daguerre/kit/id'
import type { RedisClient } from '@daguerre/kit/redis'
import type { Candidate } from './candidate.ts'

// explore{list}:current  id of the list that new readers get, for `currentMs`
// explore{list}:<id>     JSON of its candidates, for as long as somebody may page through it
const currentKey = 'explore{list}:current'
const currentMs = 10_000
const keptSeconds = 3600
const rememberedLists = 4

export interface Snapshot {
  id: string
  candidates: Candidate[]
}

export type ExploreSnapshots = ReturnType<typeof createExploreSnapshots>

/**
 * The posts that rank highest, as they were at one moment: whoever pages through them sees each once, however ranks change meanwhile.
 * A list is made every 10 s while somebody looks, and shared through Redis; without Redis each process has its own.
 */
export function createExploreSnapshots(options: {
  redis: RedisClient
  ranked: (limit: number) => Promise<Candidate[]>
  /** How many posts a list has. */
  length?: number
  onCacheError: (error: unknown) => void
}) {
  const { redis, ranked, length = 1000, onCacheError } = options
  // The newest last.
  const remembered = new Map<string, { snapshot: Snapshot; madeAt: number }>()
  let making: Promise<Snapshot> | undefined

  function remember(snapshot: Snapshot): Snapshot {
    remembered.set(snapshot.id, { snapshot, madeAt: performance.now() })
    for (const id of remembered.keys()) if (remembered.size > rememberedLists) remembered.delete(id)
    return snapshot
  }

  async function fetch(id: string): Promise<Snapshot | null> {
    const known = remembered.get(id)
    if (known) return known.snapshot
    const text = await redis.get(`explore{list}:${id}`)
    return text === null ? null : remember({ id, candidates: JSON.parse(text) as Candidate[] })
  }

  async function make(): Promise<Snapshot> {
    const snapshot = remember({ id: newId(), candidates: await ranked(length) })
    try {
      await redis.set(`explore{list}:${snapshot.id}`, JSON.stringify(snapshot.candidates), 'EX', keptSeconds)
      await redis.set(currentKey, snapshot.id, 'PX', currentMs, 'NX')
    } catch (error) {
      onCacheError(error)
    }
    return snapshot
  }

  return {
    /** The list that who begins now gets. @throws NeighbourError */
    async current(): Promise<Snapshot> {
      try {
        const id = await redis.get(currentKey)
        const found = id === null ? null : await fetch(id)
        if (found) return found
      } catch (error) {
        onCacheError(error)
        const latest = [...remembered.values()].at(-1)
        if (latest && performance.now() - latest.madeAt < currentMs) return latest.snapshot
      }
      making ??= make().finally(() => (making = undefined))
      return await making
    },

    /** The list that somebody is paging through; null if it is too old. */
    async byId(id: string): Promise<Snapshot | null> {
      try {
        return await fetch(id)
      } catch (error) {
        onCacheError(error)
        return null
      }
    },
  }
}
