import { type RedisClient, sendTogether } from '@daguerre/kit/redis'

// How a viewer stands to others, where that decides what they are shown, in the Redis that services share: one hash a viewer,
// "relations:{<viewer>}", which user fills with all there are when it is asked about a viewer of whom there is none. Fields are user ids, their
// values what holds: "m" muted, "m<ms>" muted until then. "filled" says that all are there; "held" that user is changing them: until it ends
// user has to be asked.

const ttlSeconds = 3_600

export interface KnownRelations {
  /** Whom the viewer mutes now, of those asked for. */
  muted: Set<string>
  /** false: user has to be asked. */
  areKnown: boolean
}

export interface RelationCopy {
  userId: string
  mutedUntilMs: number | null
}

export function relationsKey(viewerId: string): string {
  return `relations:{${viewerId}}`
}

/** KEYS[1]; ms. Nothing of what was there is shown any more. */
export const holdRelations = `
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'held', '')
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1`

// KEYS[1]; TTL, then user id and value by turns. While they are held the answer may be from before the change.
const fillRelations = `
if redis.call('HEXISTS', KEYS[1], 'held') == 1 then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'filled', '', unpack(ARGV, 2))
redis.call('EXPIRE', KEYS[1], ARGV[1])
return 1`

export function createRelations(redis: RedisClient, holdMs: number) {
  redis.defineCommand('fillRelations', { numberOfKeys: 1, lua: fillRelations })

  return {
    /** How this viewer stands to these people, as far as it is kept: one round trip. */
    async readRelations(viewerId: string, ids: readonly string[], nowMs = Date.now()): Promise<KnownRelations> {
      const [filled, ...values] = await redis.hmget(relationsKey(viewerId), 'filled', ...ids)
      const muted = new Set<string>()
      for (const [index, id] of ids.entries()) if (isMuted(values[index] ?? '', nowMs)) muted.add(id)
      return { muted, areKnown: filled !== null }
    },

    async areRelationsFilled(viewerId: string): Promise<boolean> {
      return (await redis.hexists(relationsKey(viewerId), 'filled')) === 1
    },

    /** The owner's: all of a viewer's. @param askedAt `performance.now()` before they were read */
    async fillRelations(viewerId: string, relations: readonly RelationCopy[], askedAt: number): Promise<void> {
      // So late that a hold from before the answer may have ended.
      if (performance.now() - askedAt > holdMs / 2) return
      const fields = relations.flatMap(({ userId, mutedUntilMs }) => [userId, `m${mutedUntilMs ?? ''}`])
      await sendTogether(redis, [['fillRelations', relationsKey(viewerId), ttlSeconds, ...fields]])
    },
  }
}

function isMuted(value: string, nowMs: number): boolean {
  if (!value.startsWith('m')) return false
  return value.length === 1 || Number(value.slice(1)) > nowMs
}
