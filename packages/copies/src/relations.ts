import type { Ties } from '@daguerre/contracts'
import { NeighbourError } from '@daguerre/kit/neighbour'
import { type RedisClient, sendTogether } from '@daguerre/kit/redis'

// How a viewer stands to others, where that decides what they are shown, in the Redis that services share: one hash a viewer,
// "relations:{<viewer>}", which user fills with all blocks, mutes and close friendships there are when it is asked about a viewer of whom there is
// none. Fields are user ids, their values letters: "f" follows, "n" does not (neither: not asked yet, for somebody may follow thousands); "b" one
// blocks the other, "c" the viewer is a close friend of theirs, at the end "m" muted, "m<ms>" muted until then. "filled" says that all are there;
// "held" that user is changing them: until it ends user has to be asked.

const ttlSeconds = 3_600

export interface KnownRelations {
  /** By user id; who is not among them has nothing to do with the viewer, if they are known, except perhaps a follow. */
  ties: Map<string, Ties>
  /** Whom the viewer mutes now, of those asked for. */
  muted: Set<string>
  /** false: user has to be asked. */
  areKnown: boolean
}

/** What user says of how a viewer stands to somebody. */
export interface AskedRelation extends Ties {
  userId: string
  follows: boolean
  isFollowedBy: boolean
  isMuted: boolean
}

/** @param areKnown as of whoever is not signed in */
export function noRelations(areKnown: boolean): KnownRelations {
  return { ties: new Map(), muted: new Set(), areKnown }
}

export interface AskDeps {
  hydration: { relations(viewerId: string, ids: string[]): Promise<AskedRelation[]> }
}

/** Where they are not known user is asked, which fills them in; they stay unknown if it does not answer. */
export async function askRelations(
  deps: AskDeps,
  relations: KnownRelations,
  viewerId: string | null,
  ids: readonly string[],
): Promise<void> {
  if (viewerId === null || relations.areKnown) return
  const others = ids.filter((id) => id !== viewerId)
  relations.areKnown = others.length === 0 || (await addAsked(deps, relations, viewerId, others))
}

/** Whether the viewer follows these people, of whom that is not known yet. */
export async function askFollows(
  deps: AskDeps,
  relations: KnownRelations,
  viewerId: string,
  ids: readonly string[],
): Promise<void> {
  const asked = ids.filter((id) => id !== viewerId && relations.ties.get(id)?.follows === undefined)
  // Who did not answer just now is not asked again.
  if (asked.length === 0 || !relations.areKnown) return
  relations.areKnown = await addAsked(deps, relations, viewerId, asked)
}

async function addAsked(
  { hydration }: AskDeps,
  { ties, muted }: KnownRelations,
  viewerId: string,
  ids: string[],
): Promise<boolean> {
  try {
    for (const { userId, isMuted, isFollowedBy: _, ...known } of await hydration.relations(viewerId, ids)) {
      ties.set(userId, known)
      if (isMuted) muted.add(userId)
    }
    return true
  } catch (error) {
    if (!(error instanceof NeighbourError)) throw error
    return false
  }
}

export interface RelationCopy {
  userId: string
  isBlocked: boolean
  isCloseFriend: boolean
  /** undefined: not muted; null: until it is taken back. */
  mutedUntilMs?: number | null | undefined
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
redis.call('HSET', KEYS[1], 'filled', '')
for i = 2, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('EXPIRE', KEYS[1], ARGV[1])
return 1`

// KEYS[1]; user id and letter by turns, of what is filled and not held.
const addFollows = `
if redis.call('HEXISTS', KEYS[1], 'filled') == 0 then return 0 end
for i = 1, #ARGV, 2 do
  local known = string.gsub(redis.call('HGET', KEYS[1], ARGV[i]) or '', '^[fn]', '')
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1] .. known)
end
return 1`

export function createRelations(redis: RedisClient, holdMs: number) {
  redis.defineCommand('fillRelations', { numberOfKeys: 1, lua: fillRelations })
  redis.defineCommand('addFollows', { numberOfKeys: 1, lua: addFollows })

  return {
    /** How this viewer stands to these people, as far as it is kept: one round trip. */
    async readRelations(viewerId: string, ids: readonly string[], nowMs = Date.now()): Promise<KnownRelations> {
      const [filled, ...values] = await redis.hmget(relationsKey(viewerId), 'filled', ...ids)
      const [ties, muted] = [new Map<string, Ties>(), new Set<string>()]
      for (const [index, id] of ids.entries()) {
        const value = values[index] ?? ''
        if (value === '') continue
        ties.set(id, tiesOf(value))
        if (isMuted(value, nowMs)) muted.add(id)
      }
      return { ties, muted, areKnown: filled !== null }
    },

    async areRelationsFilled(viewerId: string): Promise<boolean> {
      return (await redis.hexists(relationsKey(viewerId), 'filled')) === 1
    },

    /** The owner's: all of a viewer's but their follows. @param askedAt `performance.now()` before they were read */
    async fillRelations(viewerId: string, relations: readonly RelationCopy[], askedAt: number): Promise<void> {
      // So late that a hold from before the answer may have ended.
      if (performance.now() - askedAt > holdMs / 2) return
      const fields = relations.flatMap((relation) => [relation.userId, lettersOf(relation)])
      await sendTogether(redis, [['fillRelations', relationsKey(viewerId), ttlSeconds, ...fields]])
    },

    /** The owner's: whether the viewer follows these people, where the rest is filled in. */
    async addFollows(viewerId: string, follows: ReadonlyMap<string, boolean>, askedAt: number): Promise<void> {
      if (follows.size === 0 || performance.now() - askedAt > holdMs / 2) return
      const fields = [...follows].flatMap(([id, isFollowed]) => [id, isFollowed ? 'f' : 'n'])
      await sendTogether(redis, [['addFollows', relationsKey(viewerId), ...fields]])
    },
  }
}

function lettersOf({ isBlocked, isCloseFriend, mutedUntilMs }: RelationCopy): string {
  const mute = mutedUntilMs === undefined ? '' : `m${mutedUntilMs ?? ''}`
  return `${isBlocked ? 'b' : ''}${isCloseFriend ? 'c' : ''}${mute}`
}

function tiesOf(value: string): Ties {
  return {
    isBlocked: value.includes('b'),
    isCloseFriend: value.includes('c'),
    follows: value.startsWith('f') ? true : value.startsWith('n') ? false : undefined,
  }
}

function isMuted(value: string, nowMs: number): boolean {
  const at = value.indexOf('m')
  if (at < 0) return false
  return at === value.length - 1 || Number(value.slice(at + 1)) > nowMs
}
