import { newId } from '@daguerre/kit/id'
import type { RedisClient } from '@daguerre/kit/redis'
import type { Candidate } from '../candidates/candidate.ts'

// Posts of people with many followers, which nobody pushes: each reader takes them into the own timeline at the next read.
//   broadcasts{log}        stream in the order of their arrival; fields post, author
//   broadcasts{log}:epoch  drawn anew when the stream has begun anew: a position in another one means nothing
const stream = 'broadcasts{log}'
const epochKey = 'broadcasts{log}:epoch'

/** Where a reader is in the log: `<epoch>/<stream id>`. */
export type Position = string

export interface Missed {
  candidates: Candidate[]
  /** Where they end. */
  position: Position
}

interface Entry extends Candidate {
  streamId: string
}

export type BroadcastLog = ReturnType<typeof createBroadcastLog>

/**
 * The log in Redis and this process's mirror of it. A push to each of a million followers would take minutes and hold up
 * everybody else's; one entry is there at once.
 * @param length entries that are kept; a reader who has missed more rebuilds the timeline
 */
export function createBroadcastLog({ redis, length = 20_000 }: { redis: RedisClient; length?: number }) {
  let epoch = ''
  let entries: Entry[] = []
  let updating: Promise<void> | undefined

  async function readEpoch(): Promise<string> {
    const known = await redis.get(epochKey)
    if (known !== null) return known
    await redis.set(epochKey, newId(), 'NX')
    return (await redis.get(epochKey)) ?? ''
  }

  async function readNew(): Promise<void> {
    const from = entries.at(-1)?.streamId
    const [current, found] = await Promise.all([
      redis.get(epochKey),
      redis.xrange(stream, from === undefined ? '-' : `(${from}`, '+'),
    ])
    if (current === null || current !== epoch) {
      epoch = current ?? (await readEpoch())
      entries = (await redis.xrange(stream, '-', '+')).map(toEntry)
    } else if (found.length > 0) {
      entries = [...entries, ...found.map(toEntry)]
    }
    if (entries.length > 2 * length) entries = entries.slice(-length)
  }

  function tail(): Position {
    return `${epoch}/${entries.at(-1)?.streamId ?? '0-0'}`
  }

  return {
    /** Again is harmless: a timeline holds a post once. */
    async append({ postId, authorId }: Candidate): Promise<void> {
      await readEpoch()
      await redis.xadd(stream, 'MAXLEN', '~', length, '*', 'post', postId, 'author', authorId)
    },

    /** Forgets a post that is gone; mirrors elsewhere have it until they begin anew. */
    async remove({ postId }: Candidate): Promise<void> {
      await this.update()
      const found = entries.filter((entry) => entry.postId === postId)
      if (found.length === 0) return
      await redis.xdel(stream, ...found.map(({ streamId }) => streamId))
      entries = entries.filter((entry) => entry.postId !== postId)
    },

    /** Reads what has been added; whoever comes meanwhile waits for the same reading. */
    async update(): Promise<void> {
      updating ??= readNew().finally(() => (updating = undefined))
      await updating
    },

    /** Where the mirror ends, for a timeline that is built from now on. */
    tail,

    /** What follows a position; null if that cannot be known any more. */
    after(position: Position): Missed | null {
      const [itsEpoch, streamId] = position.split('/')
      if (itsEpoch !== epoch || streamId === undefined) return null
      // Redis trims to no fewer than `length`, so a shorter log has lost nothing.
      if (entries.length >= length && isBefore(streamId, entries[0]!.streamId)) return null
      const first = firstAfter(entries, streamId)
      return { candidates: entries.slice(first), position: tail() }
    },
  }
}

function toEntry([streamId, fields]: [string, string[]]): Entry {
  const values = Object.fromEntries(fields.flatMap((name, index) => (index % 2 ? [] : [[name, fields[index + 1]]])))
  return { streamId, postId: values['post'] ?? '', authorId: values['author'] ?? '' }
}

/** Ids of streams are `<ms>-<sequence>`. */
function isBefore(a: string, b: string): boolean {
  const [aMs = 0, aSequence = 0] = a.split('-').map(Number)
  const [bMs = 0, bSequence = 0] = b.split('-').map(Number)
  return aMs < bMs || (aMs === bMs && aSequence < bSequence)
}

function firstAfter(entries: readonly Entry[], streamId: string): number {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (isBefore(streamId, entries[middle]!.streamId)) high = middle
    else low = middle + 1
  }
  return low
}
