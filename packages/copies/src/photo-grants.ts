import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { RedisClient } from '@daguerre/kit/redis'

// Photographs that are not for everybody are fetched by paths that end: "/media/<id>/<variant>.webp?grant=<grant>". A grant says who looks, by which
// session, and until when, signed (HMAC-SHA-256). It does not say that they may: media asks that with each request, so a block or a narrower
// audience shuts out whoever has one. The keys are in the Redis that services share, one for each day on which grants end, made by whoever
// needs it first: nobody has to set or rotate them.

/** A grant lasts at least this long and at most twice as long: its end is a multiple, so that paths stay the same for a while and are cached. */
const stepMs = 300_000
const dayMs = 86_400_000
/** So long a key is kept: until the day on which its grants end is over, wherever clocks are. */
const keySeconds = 3 * 86_400

/** Who looks. */
export interface Holder {
  id: string
  sessionId: string
}

export interface Grant {
  viewerId: string
  sessionId: string
  untilMs: number
  /** The viewer may see it by their office, whatever the author's account and the audience are. */
  isVouched: boolean
}

/** The grant of a photo, by its id. */
export type GrantOf = (mediaId: string) => string

export interface PhotoGrants {
  /** Grants for who looks now; null for who is not signed in, and if they cannot be made: Redis does not answer. */
  of(holder: Holder | null, options?: { isVouched?: boolean }): Promise<GrantOf | null>
  /** What a grant says; null if it is none of ours for this photo, or is over. */
  read(mediaId: string, text: string): Promise<Grant | null>
}

const ids = { viewer: 1, session: 17, until: 33, mac: 37, end: 53 } as const

/** @param clock ms */
export function createPhotoGrants(
  { redis, onError }: { redis: RedisClient; onError: (error: unknown) => void },
  clock: () => number = () => Date.now(),
): PhotoGrants {
  const keys = new Map<number, Buffer>()

  async function keyOf(untilMs: number, canMake: boolean): Promise<Buffer | null> {
    const day = Math.floor(untilMs / dayMs)
    const known = keys.get(day)
    if (known) return known
    const name = `photo-grants:${day}`
    if (canMake) await redis.set(name, randomBytes(32).toString('base64url'), 'EX', keySeconds, 'NX')
    const text = await redis.get(name)
    if (text === null) return null
    const key = Buffer.from(text, 'base64url')
    for (const before of keys.keys()) if (before < day - 1) keys.delete(before)
    keys.set(day, key)
    return key
  }

  return {
    async of(holder, { isVouched = false } = {}) {
      if (!holder) return null
      const untilMs = (Math.floor(clock() / stepMs) + 2) * stepMs
      const key = await keyOf(untilMs, true).catch((error: unknown) => onError(error) ?? null)
      if (!key) return null
      const said = Buffer.alloc(ids.mac)
      said[0] = isVouched ? 1 : 0
      bytesOf(holder.id).copy(said, ids.viewer)
      bytesOf(holder.sessionId).copy(said, ids.session)
      said.writeUInt32BE(untilMs / 1000, ids.until)
      return (mediaId) => Buffer.concat([said, macOf(key, mediaId, said)]).toString('base64url')
    },

    async read(mediaId, text) {
      const bytes = Buffer.from(text, 'base64url')
      if (bytes.length !== ids.end || bytes.toString('base64url') !== text || bytes[0]! > 1) return null
      const said = bytes.subarray(0, ids.mac)
      const untilMs = said.readUInt32BE(ids.until) * 1000
      // No further ahead than one is made: nobody has keys looked up of days that never come.
      if (untilMs <= clock() || untilMs > clock() + 3 * stepMs) return null
      const key = await keyOf(untilMs, false)
      if (!key || !timingSafeEqual(macOf(key, mediaId, said), bytes.subarray(ids.mac))) return null
      const [viewerId, sessionId] = [uuidOf(said, ids.viewer), uuidOf(said, ids.session)]
      return { viewerId, sessionId, untilMs, isVouched: said[0] === 1 }
    },
  }
}

function macOf(key: Buffer, mediaId: string, said: Buffer): Buffer {
  const mac = createHmac('sha256', key).update(mediaId.toLowerCase()).update(said).digest()
  return mac.subarray(0, ids.end - ids.mac)
}

function bytesOf(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex')
}

function uuidOf(bytes: Buffer, start: number): string {
  const hex = bytes.toString('hex', start, start + 16)
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

const path = /^\/media\/([0-9a-f-]{36})\/[a-z]+\.webp$/
/** In JSON: no text that somebody wrote has quotes that are not escaped. */
const paths = /"url":"(\/media\/([0-9a-f-]{36})\/[a-z]+\.webp)"/g

/** The path of a variant with its grant; without one, as it is. */
export function withGrant<Url extends string | null>(url: Url, grantOf: GrantOf | null): Url {
  const mediaId = url === null ? undefined : path.exec(url)?.[1]
  return mediaId === undefined || !grantOf ? url : (`${url}?grant=${grantOf(mediaId)}` as Url)
}

/** JSON in UTF-8 in which all paths of variants have their grants. */
export function grantPhotos(json: Buffer, grantOf: GrantOf | null): Buffer {
  if (!grantOf) return json
  const grants = new Map<string, string>()
  const text = json.toString().replace(paths, (_, url: string, mediaId: string) => {
    const grant = grants.get(mediaId) ?? grantOf(mediaId)
    grants.set(mediaId, grant)
    return `"url":"${url}?grant=${grant}"`
  })
  return Buffer.from(text)
}
