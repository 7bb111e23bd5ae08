import { type RedisClient, sendTogether } from '@daguerre/kit/redis'

// What a viewer has done with posts, in the Redis that services share: one hash a viewer, "marks:{<viewer>}", which interaction fills
// when it is asked about a viewer of whom there is none. Fields are post ids, their values "l" and "s" in one string, or "?<ms>": the
// owner changed it then, and has to be asked. "since" is a post id: of newer posts without a field the viewer has done nothing with.

/** For how long marks are kept after they were filled in. */
const ttlSeconds = 3_600

/** Of so many posts, the newest that a viewer has done something with, marks are filled in; of older ones as they are asked for. */
export const marksFilled = 300

/** Before every post id. */
const allPosts = '00000000-0000-0000-0000-000000000000'

export interface Mark {
  liked: boolean
  saved: boolean
}

export interface KnownMarks {
  /** By post id, as JSON in UTF-8. Of the others interaction has to be asked. */
  byPost: Map<string, Buffer>
  /** Whether this viewer's are filled in; if not, asking interaction does it. */
  areFilled: boolean
}

export function marksKey(viewerId: string): string {
  return `marks:{${viewerId}}`
}

// KEYS[1]; post id, ms for which at least it must be seen. A hash that holds nothing else ends then.
export const holdMark = `
local time = redis.call('TIME')
redis.call('HSET', KEYS[1], ARGV[1], string.format('?%d', time[1] * 1000 + math.floor(time[2] / 1000)))
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 1`

// KEYS[1]; since or '', ms, TTL, then post id and mark by turns. What was held less than so many ms ago stays so: the answer may be from
// before the change.
const keepMarks = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for index = 4, #ARGV, 2 do
  local known = redis.call('HGET', KEYS[1], ARGV[index])
  if not known or string.sub(known, 1, 1) ~= '?' or now - tonumber(string.sub(known, 2)) >= tonumber(ARGV[2]) then
    redis.call('HSET', KEYS[1], ARGV[index], ARGV[index + 1])
  end
end
if ARGV[1] ~= '' then
  redis.call('HSET', KEYS[1], 'since', ARGV[1])
  redis.call('EXPIRE', KEYS[1], ARGV[3])
elseif redis.call('PTTL', KEYS[1]) < 0 then
  redis.call('EXPIRE', KEYS[1], ARGV[3])
end
return 1`

export function createMarks(redis: RedisClient, holdMs: number) {
  redis.defineCommand('keepMarks', { numberOfKeys: 1, lua: keepMarks })

  async function keep(viewerId: string, marks: Iterable<[string, Mark]>, askedAt: number, since = ''): Promise<void> {
    // So late that a hold from before the answer may have ended.
    if (performance.now() - askedAt > holdMs / 2) return
    const fields = [...marks].flatMap(([postId, mark]) => [postId, codeOf(mark)])
    if (fields.length === 0 && since === '') return
    await sendTogether(redis, [['keepMarks', marksKey(viewerId), since, holdMs, ttlSeconds, ...fields]])
  }

  return {
    /** What this viewer has done with these posts, as far as it is kept: one round trip. */
    async readMarks(viewerId: string, postIds: readonly string[]): Promise<KnownMarks> {
      const [first, ...values] = await redis.hmgetBuffer(marksKey(viewerId), 'since', ...postIds)
      const since = first?.toString('latin1')
      const byPost = new Map<string, Buffer>()
      for (const [index, postId] of postIds.entries()) {
        const value = values[index]
        const mark = value ? shown(value) : since !== undefined && postId > since ? nothing : undefined
        if (mark) byPost.set(postId, mark)
      }
      return { byPost, areFilled: since !== undefined }
    },

    async areMarksFilled(viewerId: string): Promise<boolean> {
      return (await redis.hexists(marksKey(viewerId), 'since')) === 1
    },

    /** A post is gone: forgets what these viewers have done with it. */
    async forgetMarks(viewerIds: readonly string[], postId: string): Promise<void> {
      await sendTogether(
        redis,
        viewerIds.map((viewerId) => ['hdel', marksKey(viewerId), postId]),
      )
    },

    /** The owner's: the newest posts with which the viewer has done something, newest first; up to one more than `marksFilled`. */
    async fillMarks(viewerId: string, marks: readonly [string, Mark][], askedAt: number): Promise<void> {
      const since = marks[marksFilled]?.[0] ?? allPosts
      await keep(viewerId, marks.slice(0, marksFilled), askedAt, since)
    },

    /** What the owner said of single posts. @param askedAt `performance.now()` before it was asked */
    keepMarks: (viewerId: string, marks: Iterable<[string, Mark]>, askedAt: number) => keep(viewerId, marks, askedAt),
  }
}

const [nothing, liked, saved, both] = [
  { liked: false, saved: false },
  { liked: true, saved: false },
  { liked: false, saved: true },
  { liked: true, saved: true },
].map((mark) => Buffer.from(JSON.stringify(mark))) as [Buffer, Buffer, Buffer, Buffer]

function codeOf(mark: Mark): string {
  return `${mark.liked ? 'l' : ''}${mark.saved ? 's' : ''}`
}

function shown(value: Buffer): Buffer | undefined {
  const code = value.toString('latin1')
  if (code.startsWith('?')) return undefined
  return code === '' ? nothing : code === 'l' ? liked : code === 's' ? saved : both
}
