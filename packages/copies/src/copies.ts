import { type AccountState, Audience, type PersonShort, type PostCounts, type PostDocument } from '@daguerre/contracts'
import type { RedisConfig } from '@daguerre/kit/config'
import type { Logger } from '@daguerre/kit/log'
import { counter } from '@daguerre/kit/metrics'
import { type Command, failFast, openRedis, type RedisClient, sendTogether } from '@daguerre/kit/redis'
import { watchConnection } from '@daguerre/kit/trouble'
import { LRUCache } from 'lru-cache'
import { createMarks, holdMark, marksKey } from './marks.ts'
import { createPhotoGrants } from './photo-grants.ts'
import { createRelations, holdRelations, relationsKey } from './relations.ts'

export type { RelationCopy } from './relations.ts'
export { type KnownMarks, type Mark, marksFilled, marksKey } from './marks.ts'

// Copies of what one service owns and others show, in the Redis that they share: "<version>|<text>". Whoever shows it asks the
// owner and keeps the answer; events, or the owner itself, bring newer versions. An entry without text says that no copy older
// than its version may be kept. "!" before it is a hold of the owner, who changes the original now: it may be from before that.

/** The keys of copies, each in a hash slot of its own; and what else an owner holds. */
export const copyKey = {
  /** A published post, the same for all who see it: "<its author's username>|<letter of its audience><l if its likes are hidden><PostDocument as JSON>". */
  post: (id: string) => `post:{${id}}`,
  /** "<letter of the account><PersonShort as JSON>" */
  person: (id: string) => `person:{${id}}`,
  /** Whose a photo is and for whom: "<id of its owner> <the widest audience of the posts that show it>". */
  photo: (mediaId: string) => `photo:{${mediaId}}`,
  /** The `PostCounts` of a post as JSON. */
  counts: (postId: string) => `counts:{${postId}}`,
  /** What this viewer has done with a post: "<key of their marks> <field>", see `marks.ts`; to be held, not to be read. */
  mark: (viewerId: string, postId: string) => `${marksKey(viewerId)} ${postId}`,
  /** How this viewer stands to others, see `relations.ts`; to be held, not to be read. */
  relations: relationsKey,
}

/** For how long copies are kept: long enough for what is read daily, short enough for what is not. */
export const copyTtlSeconds = 86_400

/** For how long a hold lasts: longer than an answer is waited for, and than an event is on its way. */
export const holdMs = 10_000

// KEYS[1]; version, text, TTL. The newer version stays, of equal ones the later with a text. What is held stays so, unless it is gone for good.
const keepNewer = `
local known, hold = redis.call('GET', KEYS[1]) or '', ''
if string.sub(known, 1, 1) == '!' then known, hold = string.sub(known, 2), '!' end
if ARGV[1] == '9007199254740991' then hold = '' end
local version, text = string.match(known, '^(%d+)|(.*)$')
if version then
  if tonumber(version) > tonumber(ARGV[1]) or (version == ARGV[1] and text ~= '' and ARGV[2] == '') then return 0 end
end
local entry = hold .. ARGV[1] .. '|' .. ARGV[2]
if hold == '' then redis.call('SET', KEYS[1], entry, 'EX', ARGV[3]) else redis.call('SET', KEYS[1], entry, 'KEEPTTL') end
return 1`

// KEYS[1]; ms. With the hold ends the entry, so what was kept during it does not outlive it.
const holdCopy = `
local known = redis.call('GET', KEYS[1]) or ''
if string.sub(known, 1, 1) == '!' then known = string.sub(known, 2) end
redis.call('SET', KEYS[1], '!' .. known, 'PX', ARGV[1])
return 1`

export interface Copy {
  key: string
  version: number
  /** null if the copy is not to be kept but older ones neither. */
  text: string | null
  ttlSeconds: number
}

/** Letters before the JSON of a copy, which say who may see it; none: everybody. Who does not know one takes it for what nobody may see. */
const accountLetters = { open: '', private: 'p', closed: 'x' } as const satisfies Record<AccountState, string>
const audienceLetters = { public: '', followers: 'f', close_friends: 'c', only_me: 'o' } as const satisfies Record<
  Audience,
  string
>

/** After that of the audience: how many like the post its author alone learns. */
const likesHiddenLetter = 'l'

/** A profile as its owner tells it. */
export interface KnownPerson {
  person: PersonShort
  version: number
  account: AccountState
}

export function personCopy({ person, version, account }: KnownPerson): Copy {
  const text = accountLetters[account] + JSON.stringify(person)
  return { key: copyKey.person(person.id), version, text, ttlSeconds: copyTtlSeconds }
}

export function postCopy(
  document: PostDocument,
  { version, authorUsername }: { version: number; authorUsername: string },
): Copy {
  const letters = audienceLetters[document.audience] + (document.likesHidden ? likesHiddenLetter : '')
  const text = `${authorUsername}|${letters}${JSON.stringify(document)}`
  return { key: copyKey.post(document.id), version, text, ttlSeconds: copyTtlSeconds }
}

/** A photo that posts show. */
export interface PhotoUse {
  ownerId: string
  audience: Audience
}

/** Without a version: its owner holds it while that changes, so nothing old is kept. */
export function photoCopy(mediaId: string, { ownerId, audience }: PhotoUse): Copy {
  return { key: copyKey.photo(mediaId), version: 0, text: `${ownerId} ${audience}`, ttlSeconds: copyTtlSeconds }
}

/** What the copy of a photo says. */
export function photoUseOf(text: Buffer): PhotoUse {
  const [ownerId = '', audience] = text.toString().split(' ')
  return { ownerId, audience: Audience.catch('only_me').parse(audience) }
}

const brace = 0x7b

/** What a person's copy says of the account. What cannot be read is closed. */
export function accountOf(text: Buffer): AccountState {
  return nameOf(accountLetters, lettersOf(text, 0)) ?? 'closed'
}

/** The `PersonShort` of a person's copy. */
export function personOf(text: Buffer): Buffer {
  return text.subarray(text.indexOf(brace))
}

/** A post's copy in its parts; what cannot be read is for its author alone. */
export function partsOfPost(text: Buffer): {
  authorUsername: string
  audience: Audience
  likesHidden: boolean
  document: Buffer
} {
  const start = text.indexOf(0x7c) + 1
  const letters = lettersOf(text, start)
  const likesHidden = letters.endsWith(likesHiddenLetter)
  return {
    authorUsername: text.toString('utf8', 0, start - 1),
    audience: nameOf(audienceLetters, likesHidden ? letters.slice(0, -1) : letters) ?? 'only_me',
    likesHidden,
    document: text.subarray(text.indexOf(brace, start)),
  }
}

function lettersOf(text: Buffer, start: number): string {
  return text.toString('latin1', start, text.indexOf(brace, start))
}

function nameOf<Name extends string>(letters: Record<Name, string>, letter: string): Name | undefined {
  return (Object.keys(letters) as Name[]).find((name) => letters[name] === letter)
}

/** The copy of a post's counts. */
export function countsCopy(postId: string, { version, likes, comments }: PostCounts & { version: number }): Copy {
  const text = JSON.stringify({ likes, comments } satisfies PostCounts)
  return { key: copyKey.counts(postId), version, text, ttlSeconds: copyTtlSeconds }
}

/** Above all versions that anything has (it stands in `keepNewer`): nothing is kept in its place. */
const lastVersion = Number.MAX_SAFE_INTEGER

/** In place of the copy of something that is gone for good: nothing that comes late is kept, for as long as a copy would be. */
export function goneCopy(key: string): Copy {
  return { key, version: lastVersion, text: null, ttlSeconds: copyTtlSeconds }
}

const goneText = `${lastVersion}|`

export interface KeptCopy {
  /** In UTF-8, as it is sent on: to decode and encode whole pages was a quarter of what they cost. */
  text: Buffer | null
  /** The owner is changing it: whoever has made that change must not be shown this. */
  isHeld: boolean
  /** It is gone for good. */
  isGone?: true
}

export type Copies = ReturnType<typeof createCopies>

/** The newest version of each copy: the order and repetition of events and answers do not matter. */
export function createCopies(redis: RedisClient) {
  redis.defineCommand('keepNewer', { numberOfKeys: 1, lua: keepNewer })

  return {
    ...createMarks(redis, holdMs),
    ...createRelations(redis, holdMs),

    /** What is kept under these keys, in one round trip. */
    async read(keys: readonly string[]): Promise<KeptCopy[]> {
      const values = keys.length === 0 ? [] : await readAll(redis, [...keys])
      return values.map((value) => {
        const bar = value?.indexOf(0x7c) ?? -1
        const isKept = value && bar >= 0 && bar + 1 < value.length
        const isGone = !isKept && value?.toString('latin1') === goneText
        return { text: isKept ? value.subarray(bar + 1) : null, isHeld: value?.[0] === 0x21, ...(isGone && { isGone }) }
      })
    },

    /** Removes what is kept under these keys and nobody else has a use for: what somebody did, say, who has left. */
    async remove(keys: readonly string[]): Promise<void> {
      await sendTogether(
        redis,
        keys.map((key) => ['del', key]),
      )
    },

    async keep(copies: readonly Copy[]): Promise<void> {
      await sendTogether(
        redis,
        copies.map(({ key, version, text, ttlSeconds }) => ['keepNewer', key, version, text ?? '', ttlSeconds]),
      )
    },
  }
}

// In a cluster keys lie in many slots, and each node is sent its own in one pipeline.
async function readAll(redis: RedisClient, keys: string[]): Promise<(Buffer | null)[]> {
  return redis.isCluster ? await Promise.all(keys.map((key) => redis.getBuffer(key))) : await redis.mgetBuffer(keys)
}

export type Holds = ReturnType<typeof createHolds>

/** What was held or written in the last seconds, up to so many: a Redis that starts again may have lost just that. */
const remembered = { max: 20_000, ttl: holdMs }

/** For the owner: who makes a change is not shown a copy from before it. */
export function createHolds({ redis, onError }: { redis: RedisClient; onError: (error: unknown) => void }) {
  redis.defineCommand('holdCopy', { numberOfKeys: 1, lua: holdCopy })
  redis.defineCommand('holdMark', { numberOfKeys: 1, lua: holdMark })
  redis.defineCommand('holdRelations', { numberOfKeys: 1, lua: holdRelations })
  const unheld = counter('copies_unheld_total', 'Copies that were not held during a change, Redis not answering', [])
  const recent = new LRUCache<string, true>(remembered)

  function remember(keys: readonly string[]): void {
    for (const key of keys) recent.set(key, true)
  }

  async function hold(keys: readonly string[]): Promise<void> {
    remember(keys)
    try {
      await sendTogether(redis, keys.map(holdOf))
    } catch (error) {
      // A change is worth more than a copy: it is seen late, at the latest when the copy ends.
      unheld.inc(keys.length)
      onError(error)
      // Until it is there again, however long that takes.
      for (const key of keys) recent.set(key, true, { ttl: 0 })
    }
  }

  redis.on('ready', () => {
    const keys = [...recent.keys()]
    recent.clear()
    void hold(keys)
  })

  return {
    /** Holds copies; without Redis, as soon as it is there again. Does not throw. */
    hold,
    /** To be held, should Redis start again now: for copies that the owner has written itself. */
    remember,
    /**
     * Makes a change while the copies of what it changes are held. The hold comes first, so that a process that dies in the
     * middle leaves nothing old behind. Without Redis the change is made all the same.
     */
    async during<T>(keys: readonly string[], change: () => Promise<T>): Promise<T> {
      await hold(keys)
      const began = performance.now()
      try {
        return await change()
      } finally {
        // It has waited for a lock, say: what was kept since the hold ended may be old.
        if (performance.now() - began > holdMs / 2) await hold(keys)
      }
    },
  }
}

function holdOf(held: string): Command {
  const [key = '', postId] = held.split(' ')
  if (postId !== undefined) return ['holdMark', key, postId, holdMs]
  return [key.startsWith('relations:') ? 'holdRelations' : 'holdCopy', key, holdMs]
}

/** The Redis of copies, for a service that does without it while it is away: it refuses at once then. */
export function openCopies(config: RedisConfig, log: Logger) {
  const redis = openRedis(config, failFast(250))
  watchConnection(redis, { name: 'redis', log })
  function onError(error: unknown): void {
    log.debug({ err: error }, 'copies could not be read or written')
  }
  return {
    copies: createCopies(redis),
    holds: createHolds({ redis, onError }),
    grants: createPhotoGrants({ redis, onError }),
    redis,
    onError,
    close: () => redis.disconnect(),
  }
}
