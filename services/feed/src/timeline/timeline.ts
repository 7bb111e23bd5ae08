import type { Redis } from 'ioredis'
import { defineTimelineScripts, type TimelineScripts } from './scripts.ts'

// One person's home timeline is two keys of one hash slot:
//   home:{<person>}        sorted set, all scores 0, members "<post id>|<author id>", read by lex order in reverse
//   home:{<person>}:edges  hash: "#state" building|ready, "#floor" the post id down to which the set is complete
//                          ("" = to the very first post), and per followed author "<version>:<1 or 0>"
// The edges hash is the gate: without it nothing is pushed, and the next read rebuilds.

export interface TimelineOptions {
  redis: Redis
  /** Most posts that a timeline keeps; the feed goes on from post beyond them. */
  length: number
  /** A timeline that nobody has read for so long is dropped. */
  ttlSeconds: number
}

export interface Candidate {
  postId: string
  authorId: string
}

export interface TimelineState {
  state: 'ready' | 'building' | 'none'
  floor: string
}

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

  return {
    /** Pushes one post into many people's timelines: only where there is one that follows the author. */
    async push(userIds: string[], post: Candidate): Promise<void> {
      const pipeline = redis.pipeline() as ReturnType<Redis['pipeline']> & TimelineScripts
      for (const userId of userIds) {
        void pipeline.addPosts(timelineKey(userId), edgesKey(userId), String(length), toMember(post))
      }
      failOnError(await pipeline.exec())
    },

    /** Adds posts of whoever is followed; posts below the floor and of others are left out. */
    async add(userId: string, posts: Candidate[]): Promise<void> {
      if (posts.length > 0) {
        await redis.addPosts(timelineKey(userId), edgesKey(userId), String(length), ...posts.map(toMember))
      }
    },

    /** Records newer edges; an edge that is no longer followed takes its author's posts along. False: no timeline. */
    async setEdges(userId: string, edges: { authorId: string; version: number; active: boolean }[]): Promise<boolean> {
      if (edges.length === 0) return true
      const values = edges.flatMap((edge) => [edge.authorId, String(edge.version), edge.active ? '1' : '0'])
      return (await redis.setEdges(timelineKey(userId), edgesKey(userId), ...values)) === 1
    },

    async state(userId: string): Promise<TimelineState> {
      const [state, floor] = await redis.hmget(edgesKey(userId), '#state', '#floor')
      return { state: state === 'ready' || state === 'building' ? state : 'none', floor: floor ?? '' }
    },

    /** Opens the gate: from here on pushes land, while the past is pulled. */
    async begin(userId: string): Promise<void> {
      await redis
        .multi()
        .del(timelineKey(userId), edgesKey(userId))
        .hset(edgesKey(userId), { '#state': 'building', '#floor': '', [userId]: '0:1' })
        .expire(edgesKey(userId), ttlSeconds)
        .exec()
    },

    /** The past is in: complete down to `floor` ('' = to the very first post). False: the lock of the builder has ended. */
    async finish(userId: string, token: string, floor: string): Promise<boolean> {
      const keys = [timelineKey(userId), edgesKey(userId), lockKey(userId)] as const
      return (await redis.finishIfMine(...keys, token, floor, String(ttlSeconds))) === 1
    },

    async raiseFloor(userId: string, floor: string): Promise<void> {
      await redis.raiseFloor(timelineKey(userId), edgesKey(userId), floor)
    },

    /** Seen today: the timeline stays. */
    async keep(userId: string): Promise<void> {
      await redis.pipeline().expire(edgesKey(userId), ttlSeconds).expire(timelineKey(userId), ttlSeconds).exec()
    },

    /** The newest candidates below `before` (null = from the top). */
    async read(userId: string, before: string | null, limit: number): Promise<Candidate[]> {
      // "<id>" itself sorts below every member "<id>|…", so this excludes the post of the cursor.
      const max = before === null ? '+' : `(${before}`
      return (await redis.zrange(timelineKey(userId), max, '-', 'BYLEX', 'REV', 'LIMIT', 0, limit)).map(fromMember)
    },

    /** Whom the timeline follows, the person included. */
    async authors(userId: string): Promise<string[]> {
      const edges = await redis.hgetall(edgesKey(userId))
      return Object.entries(edges).flatMap(([field, value]) =>
        !field.startsWith('#') && value.endsWith(':1') ? [field] : [],
      )
    },

    async remove(userId: string, posts: Candidate[]): Promise<void> {
      if (posts.length > 0) await redis.zrem(timelineKey(userId), ...posts.map(toMember))
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

function failOnError(results: [Error | null, unknown][] | null): void {
  const failed = results?.find(([error]) => error !== null)
  if (failed?.[0]) throw failed[0]
}
