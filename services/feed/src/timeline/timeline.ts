import { type RedisClient, sendTogether } from '@daguerre/kit/redis'
import type { Candidate } from '../candidates/candidate.ts'
import type { Position } from './broadcast-log.ts'
import { defineTimelineScripts } from './scripts.ts'

// One person's home timeline is two keys of one hash slot:
//   home:{<person>}        sorted set, all scores 0, members "<post id>|<author id>", read by lex order in reverse
//   home:{<person>}:edges  hash: "#state" building|ready, "#floor" the post id down to which the set is complete
//                          ("" = to the very first post), "#position" up to where of the broadcast log, "#kept" the day it
//                          was read last, and per followed author "<version>:<1 or 0>"
// The edges hash is the gate: without it nothing is pushed, and the next read rebuilds.

export interface TimelineOptions {
  redis: RedisClient
  /** Most posts that a timeline keeps; the feed goes on from post beyond them. */
  length: number
  /** A timeline that nobody has read for so long is dropped. */
  ttlSeconds: number
}

export interface OpenTimeline {
  state: 'ready' | 'building' | 'none'
  candidates: Candidate[]
  floor: string
  position: Position
}

/** Timelines that one batch of a fan-out writes: Redis does nothing else meanwhile, so no more than some milliseconds of it. */
const pushBatch = 250
const dayMs = 86_400_000

export type Timelines = ReturnType<typeof createTimelines>

export function timelineKey(userId: string): string {
  return `home:{${userId}}`
}

export function edgesKey(userId: string): string {
  return `home:{${userId}}:edges`
}

export function lockKey(userId: string): string {
  return `home:{${userId}}:lock`
}

function today(): string {
  return String(Math.floor(Date.now() / dayMs))
}

function toMember(candidate: Candidate): string {
  return `${candidate.postId}|${candidate.authorId}`
}

function fromMember(member: string): Candidate {
  const [postId = '', authorId = ''] = member.split('|')
  return { postId, authorId }
}

/** The home timelines in Redis; what is allowed to change together changes in one script. */
export function createTimelines({ redis: connection, length, ttlSeconds }: TimelineOptions) {
  const redis = defineTimelineScripts(connection)

  // Seen today: the timeline stays. Once a day is enough to say so.
  async function keep(userId: string): Promise<void> {
    await redis.keepTimeline(timelineKey(userId), edgesKey(userId), String(ttlSeconds), today())
  }

  return {
    /** Pushes one post into many people's timelines: only where there is one that follows the author. */
    async push(userIds: readonly string[], post: Candidate): Promise<void> {
      const member = toMember(post)
      for (let first = 0; first < userIds.length; first += pushBatch) {
        const batch = userIds.slice(first, first + pushBatch)
        if (redis.isCluster) {
          // Each command keeps to one slot, and those of one turn go to each node together.
          await Promise.all(
            batch.map((userId) => redis.addPosts(timelineKey(userId), edgesKey(userId), String(length), '', member)),
          )
        } else {
          const keys = batch.flatMap((userId) => [timelineKey(userId), edgesKey(userId)])
          await redis.pushPost(keys.length, ...keys, length, member)
        }
      }
    },

    /** Adds posts of whoever is followed; posts below the floor and of others are left out. */
    async add(userId: string, posts: readonly Candidate[]): Promise<void> {
      if (posts.length > 0) {
        await redis.addPosts(timelineKey(userId), edgesKey(userId), String(length), '', ...posts.map(toMember))
      }
    },

    /** Adds what was broadcast, up to `position`. */
    async catchUp(userId: string, posts: readonly Candidate[], position: Position): Promise<void> {
      for (let first = 0; first < posts.length; first += pushBatch) {
        const batch = posts.slice(first, first + pushBatch)
        const reached = first + pushBatch < posts.length ? '' : position
        await redis.addPosts(timelineKey(userId), edgesKey(userId), String(length), reached, ...batch.map(toMember))
      }
    },

    /** Records newer edges; an edge that is no longer followed takes its author's posts along. False: no timeline. */
    async setEdges(userId: string, edges: { authorId: string; version: number; active: boolean }[]): Promise<boolean> {
      if (edges.length === 0) return true
      const values = edges.flatMap((edge) => [edge.authorId, String(edge.version), edge.active ? '1' : '0'])
      return (await redis.setEdges(timelineKey(userId), edgesKey(userId), ...values)) === 1
    },

    async isReady(userId: string): Promise<boolean> {
      return (await redis.hget(edgesKey(userId), '#state')) === 'ready'
    },

    /** What there is of a timeline, and the newest candidates below `before` (null = from the top), as of one moment. */
    async open(userId: string, before: string | null, limit: number): Promise<OpenTimeline> {
      // "<id>" itself sorts below every member "<id>|…", so this excludes the post of the cursor.
      const max = before === null ? '+' : `(${before}`
      const [members, [state, floor, position, kept]] = await redis.openTimeline(
        timelineKey(userId),
        edgesKey(userId),
        max,
        String(limit),
      )
      if (state === 'ready' && kept !== today()) await keep(userId)
      return {
        state: state === 'ready' || state === 'building' ? state : 'none',
        candidates: members.map(fromMember),
        floor: floor ?? '',
        position: position ?? '',
      }
    },

    /** Opens the gate: from here on pushes land, while the past is pulled; what is broadcast from `position` on comes later. */
    async begin(userId: string, position: Position): Promise<void> {
      const [timeline, edges] = [timelineKey(userId), edgesKey(userId)]
      const fields = ['#state', 'building', '#floor', '', '#position', position, '#kept', today(), userId, '0:1']
      await redis.beginTimeline(timeline, edges, String(ttlSeconds), ...fields)
    },

    /** The past is in: complete down to `floor` ('' = to the very first post). False: the lock of the builder has ended. */
    async finish(userId: string, token: string, floor: string): Promise<boolean> {
      const keys = [timelineKey(userId), edgesKey(userId), lockKey(userId)] as const
      return (await redis.finishIfMine(...keys, token, floor, String(ttlSeconds))) === 1
    },

    async raiseFloor(userId: string, floor: string): Promise<void> {
      await redis.raiseFloor(timelineKey(userId), edgesKey(userId), floor)
    },

    /** Whom the timeline follows, the person included; null if there is none that is complete. */
    async authors(userId: string): Promise<string[] | null> {
      const edges = await redis.hgetall(edgesKey(userId))
      if (edges['#state'] !== 'ready') return null
      return Object.entries(edges).flatMap(([field, value]) =>
        !field.startsWith('#') && value.endsWith(':1') ? [field] : [],
      )
    },

    async remove(userId: string, posts: Candidate[]): Promise<void> {
      if (posts.length > 0) await redis.zrem(timelineKey(userId), ...posts.map(toMember))
    },

    /** Takes one post out of many people's timelines. */
    async withdraw(userIds: readonly string[], post: Candidate): Promise<void> {
      const member = toMember(post)
      for (let first = 0; first < userIds.length; first += pushBatch) {
        const batch = userIds.slice(first, first + pushBatch)
        await sendTogether(
          redis,
          batch.map((userId) => ['zrem', timelineKey(userId), member]),
        )
      }
    },

    async drop(userId: string): Promise<void> {
      await redis.del(timelineKey(userId), edgesKey(userId))
    },

    /** Takes the right to rebuild; null if somebody else has it. */
    async lock(userId: string, token: string, ttlMs: number): Promise<boolean> {
      return (await redis.set(lockKey(userId), token, 'PX', ttlMs, 'NX')) === 'OK'
    },

    async unlock(userId: string, token: string): Promise<void> {
      await redis.unlockIfMine(lockKey(userId), token)
    },
  }
}
