import type { RedisClient } from '@daguerre/kit/redis'

/** The timeline's scripts as commands: each touches the two keys of one person (one hash slot), but for `pushPost`. */
export interface TimelineScripts {
  /** Keys: timeline and edges of each person, so it is no command for a cluster. */
  pushPost(keyCount: number, ...keysLengthMember: (string | number)[]): Promise<number>
  addPosts(timeline: string, edges: string, length: string, position: string, ...members: string[]): Promise<number>
  setEdges(timeline: string, edges: string, ...values: string[]): Promise<number>
  beginTimeline(timeline: string, edges: string, ttlSeconds: string, ...fields: string[]): Promise<number>
  keepTimeline(timeline: string, edges: string, ttlSeconds: string, day: string): Promise<number>
  openTimeline(
    timeline: string,
    edges: string,
    max: string,
    limit: string,
  ): Promise<[members: string[], fields: (string | null)[]]>
  raiseFloor(timeline: string, edges: string, floor: string): Promise<number>
  finishIfMine(
    timeline: string,
    edges: string,
    lock: string,
    token: string,
    floor: string,
    ttlSeconds: string,
  ): Promise<number>
  unlockIfMine(lock: string, token: string): Promise<number>
}

// After `added` new members: trims to the length, where what falls out raises the floor to the oldest post that stays; what begins
// to exist ends with the edges.
const settle = `
local function settle(timeline, edges, length, added)
  local count = redis.call('ZCARD', timeline)
  if count > length then
    redis.call('ZREMRANGEBYRANK', timeline, 0, count - length - 1)
    local oldest = redis.call('ZRANGE', timeline, 0, 0)[1]
    redis.call('HSET', edges, '#floor', string.match(oldest, '^([^|]+)'))
  end
  if added > 0 and count == added then
    local ttl = redis.call('TTL', edges)
    if ttl > 0 then redis.call('EXPIRE', timeline, ttl) end
  end
end`

// Adds one member to many timelines, where its author is followed and its post is not below the floor. ARGV: length, member.
const pushPost = `${settle}
local length = tonumber(ARGV[1])
local post, author = string.match(ARGV[2], '^([^|]+)|(.+)$')
local reached = 0
for i = 1, #KEYS, 2 do
  local known = redis.call('HMGET', KEYS[i + 1], '#floor', author)
  local floor, edge = known[1], known[2]
  if floor and post >= floor and edge and string.sub(edge, -2) == ':1' then
    local added = redis.call('ZADD', KEYS[i], 0, ARGV[2])
    if added > 0 then settle(KEYS[i], KEYS[i + 1], length, added) end
    reached = reached + added
  end
end
return reached`

// Adds members whose author is followed and whose post is not below the floor. A position that is given is where in the broadcast log
// these members end. ARGV: length, position, members.
const addPosts = `${settle}
local floor = redis.call('HGET', KEYS[2], '#floor')
if not floor then return 0 end
if ARGV[2] ~= '' then redis.call('HSET', KEYS[2], '#position', ARGV[2]) end
local added = 0
for i = 3, #ARGV do
  local post, author = string.match(ARGV[i], '^([^|]+)|(.+)$')
  if post and post >= floor then
    local edge = redis.call('HGET', KEYS[2], author)
    if edge and string.sub(edge, -2) == ':1' then
      added = added + redis.call('ZADD', KEYS[1], 0, ARGV[i])
    end
  end
end
settle(KEYS[1], KEYS[2], tonumber(ARGV[1]), added)
return added`

// Triples author, version, active: the newest version wins; one that ends takes the author's posts along.
const setEdges = `
if redis.call('EXISTS', KEYS[2]) == 0 then return 0 end
local gone = {}
local any = false
for i = 1, #ARGV, 3 do
  local author, version, active = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local known = redis.call('HGET', KEYS[2], author)
  local knownVersion = known and tonumber(string.match(known, '^(%d+):')) or -1
  if tonumber(version) > knownVersion then
    redis.call('HSET', KEYS[2], author, version .. ':' .. active)
    if active == '0' then gone[author] = true; any = true end
  end
end
if any then
  for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
    if gone[string.match(member, '|(.+)$')] then redis.call('ZREM', KEYS[1], member) end
  end
end
return 1`

const beginTimeline = `
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('HSET', KEYS[2], unpack(ARGV, 2))
redis.call('EXPIRE', KEYS[2], ARGV[1])
return 1`

const keepTimeline = `
if redis.call('EXPIRE', KEYS[2], ARGV[1]) == 0 then return 0 end
redis.call('EXPIRE', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[2], '#kept', ARGV[2])
return 1`

// Both keys at one moment: between two commands somebody may begin the timeline anew, or complete it.
const openTimeline = `
return {
  redis.call('ZRANGE', KEYS[1], ARGV[1], '-', 'BYLEX', 'REV', 'LIMIT', 0, ARGV[2]),
  redis.call('HMGET', KEYS[2], '#state', '#floor', '#position', '#kept')
}`

const raiseFloor = `
local floor = redis.call('HGET', KEYS[2], '#floor')
if not floor then return 0 end
if ARGV[1] > floor then
  redis.call('HSET', KEYS[2], '#floor', ARGV[1])
  redis.call('ZREMRANGEBYLEX', KEYS[1], '-', '(' .. ARGV[1])
end
return 1`

// A builder whose lock has ended may have been overtaken by one that began anew: only that one knows when it is complete.
const finishIfMine = `
if redis.call('GET', KEYS[3]) ~= ARGV[1] then return 0 end
local floor = redis.call('HGET', KEYS[2], '#floor')
if not floor then return 0 end
if ARGV[2] > floor then
  redis.call('HSET', KEYS[2], '#floor', ARGV[2])
  redis.call('ZREMRANGEBYLEX', KEYS[1], '-', '(' .. ARGV[2])
end
redis.call('HSET', KEYS[2], '#state', 'ready')
redis.call('EXPIRE', KEYS[2], ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1`

const unlockIfMine = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`

/** The connection with the scripts as commands; on pipelines too. */
export function defineTimelineScripts(redis: RedisClient): RedisClient & TimelineScripts {
  redis.defineCommand('pushPost', { lua: pushPost })
  redis.defineCommand('addPosts', { numberOfKeys: 2, lua: addPosts })
  redis.defineCommand('setEdges', { numberOfKeys: 2, lua: setEdges })
  redis.defineCommand('beginTimeline', { numberOfKeys: 2, lua: beginTimeline })
  redis.defineCommand('keepTimeline', { numberOfKeys: 2, lua: keepTimeline })
  redis.defineCommand('openTimeline', { numberOfKeys: 2, lua: openTimeline })
  redis.defineCommand('raiseFloor', { numberOfKeys: 2, lua: raiseFloor })
  redis.defineCommand('finishIfMine', { numberOfKeys: 3, lua: finishIfMine })
  redis.defineCommand('unlockIfMine', { numberOfKeys: 1, lua: unlockIfMine })
  return redis as RedisClient & TimelineScripts
}
