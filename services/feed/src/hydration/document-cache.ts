import type { RedisClient } from '@daguerre/kit/redis'

// `post:{<id>}`, `person:{<id>}`: "<version>|<text>". Without text it says that no copy older than this version may be
// kept: an event told of a change whose new state it does not carry, or of a deletion.

/** What is kept of each: long enough for what is read daily, short enough for what is not. */
const ttlSeconds = 86_400

// KEYS[1]; version, text, TTL. The newer version stays; of equal ones that with a text.
const keepNewer = `
local known = redis.call('GET', KEYS[1])
if known then
  local version, text = string.match(known, '^(%d+)|(.*)$')
  if tonumber(version) > tonumber(ARGV[1]) or (tonumber(version) == tonumber(ARGV[1]) and text ~= '') then return 0 end
end
redis.call('SET', KEYS[1], ARGV[1] .. '|' .. ARGV[2], 'EX', ARGV[3])
return 1`

interface Scripts {
  keepNewer(key: string, version: string, text: string, ttlSeconds: string): Promise<number>
}

export type Kind = 'post' | 'person'

/** A copy of something that another service owns. */
export interface Copy {
  id: string
  version: number
  /** null if the copy is not to be kept but older ones neither. */
  text: string | null
}

export type DocumentCache = ReturnType<typeof createDocumentCache>

/** Copies of posts and people in Redis, the newest version of each: order and repetition of events and answers do not matter. */
export function createDocumentCache({ redis: connection }: { redis: RedisClient }) {
  connection.defineCommand('keepNewer', { numberOfKeys: 1, lua: keepNewer })
  const redis = connection as RedisClient & Scripts

  function keyOf(kind: Kind, id: string): string {
    return `${kind}:{${id}}`
  }

  return {
    /** The texts that are kept, in one round trip. */
    async read(posts: readonly string[], people: readonly string[]): Promise<{ [kind in Kind]: Map<string, string> }> {
      const keys = [...posts.map((id) => keyOf('post', id)), ...people.map((id) => keyOf('person', id))]
      const values = keys.length === 0 ? [] : await readAll(redis, keys)
      const found = { post: new Map<string, string>(), person: new Map<string, string>() }
      for (const [index, value] of values.entries()) {
        const text = value?.slice(value.indexOf('|') + 1)
        if (!text) continue
        if (index < posts.length) found.post.set(posts[index]!, text)
        else found.person.set(people[index - posts.length]!, text)
      }
      return found
    },

    async keep(kind: Kind, copies: readonly Copy[]): Promise<void> {
      await Promise.all(
        copies.map(({ id, version, text }) =>
          redis.keepNewer(keyOf(kind, id), String(version), text ?? '', String(ttlSeconds)),
        ),
      )
    },
  }
}

// In a cluster keys lie in many slots, and each node is sent its own in one pipeline.
async function readAll(redis: RedisClient, keys: string[]): Promise<(string | null)[]> {
  return redis.isCluster ? await Promise.all(keys.map((key) => redis.get(key))) : await redis.mget(keys)
}
