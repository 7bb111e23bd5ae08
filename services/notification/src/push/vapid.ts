import {
  createCipheriv,
  createDecipheriv,
  createECDH,
  createPrivateKey,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto'
import { problem } from '@daguerre/kit/problem'
import { deriveKeys, type Secrets } from '@daguerre/kit/secret'
import type { Logger } from '@daguerre/kit/log'
import type { Collections } from '../notification/store.ts'
import { isDuplicateKey } from '../notification/store.ts'

/** By what push services know who sends (RFC 8292). */
export interface Vapid {
  /** Of the key pair, as browsers subscribe with it: base64url. @throws Problem 503 `push.unavailable` */
  publicKey(): Promise<string>
  /** The header `Authorization` for an endpoint. */
  authorization(endpoint: string): Promise<string>
}

export interface VapidOptions {
  config: Secrets & {
    PUBLIC_URL: string
    VAPID_PUBLIC_KEY?: string | undefined
    VAPID_PRIVATE_KEY?: string | undefined
    VAPID_SUBJECT?: string | undefined
  }
  collections: Pick<Collections, 'vapidKeys'>
  clock: () => Date
  log: Logger
}

interface KeyPair {
  publicKey: string
  privateKey: KeyObject
}

const keyId = 'vapid'
/** Push services refuse tokens of more than a day. */
const tokenSeconds = 12 * 3600
const reuseSeconds = 6 * 3600

/** The key pair of the configuration, else one that is made once, for all replicas, and kept sealed in MongoDB. */
export function createVapid({ config, collections, clock, log }: VapidOptions): Vapid {
  const tokens = new Map<string, { text: string; madeAt: number }>()
  let known: Promise<KeyPair> | undefined

  function keys(): Promise<KeyPair> {
    known ??= load().catch((error: unknown) => {
      known = undefined
      throw error
    })
    return known
  }

  async function load(): Promise<KeyPair> {
    const { VAPID_PUBLIC_KEY: given, VAPID_PRIVATE_KEY: privateGiven } = config
    if (given !== undefined && privateGiven !== undefined) return toKeyPair(given, privateGiven)
    const [sealingKey, ...olderKeys] = deriveKeys(config, 'daguerre/notification/vapid')
    const stored = await storedOrMade(collections, sealingKey, clock())
    const opened = unseal([sealingKey, ...olderKeys], stored.privateSealed)
    if (!opened) {
      log.error('the key pair of Web Push cannot be opened: SECRET_KEY is not the one it was stored with')
      throw problem(503, 'push.unavailable', 'Pushes cannot be sent at the moment.')
    }
    if (!opened.isCurrent) {
      await collections.vapidKeys.updateOne(
        { _id: keyId, privateSealed: stored.privateSealed },
        { $set: { privateSealed: seal(sealingKey, opened.text) } },
      )
    }
    return toKeyPair(stored.publicKey, opened.text)
  }

  return {
    publicKey: async () => (await keys()).publicKey,
    async authorization(endpoint) {
      const { publicKey, privateKey } = await keys()
      const { origin } = new URL(endpoint)
      const now = Math.floor(clock().getTime() / 1000)
      const reused = tokens.get(origin)
      if (reused && Math.abs(now - reused.madeAt) < reuseSeconds) return `vapid t=${reused.text}, k=${publicKey}`
      const claims = { aud: origin, exp: now + tokenSeconds, sub: subjectOf(config) }
      const text = jwt(claims, privateKey)
      // There are a handful of push services; who names others does not fill the memory.
      if (tokens.size >= 100) tokens.clear()
      tokens.set(origin, { text, madeAt: now })
      return `vapid t=${text}, k=${publicKey}`
    },
  }
}

function subjectOf({ VAPID_SUBJECT, PUBLIC_URL }: VapidOptions['config']): string {
  return VAPID_SUBJECT ?? (PUBLIC_URL.startsWith('https:') ? PUBLIC_URL : 'mailto:webmaster@localhost.invalid')
}

async function storedOrMade({ vapidKeys }: Pick<Collections, 'vapidKeys'>, sealingKey: Buffer, now: Date) {
  const stored = await vapidKeys.findOne({ _id: keyId })
  if (stored) return stored
  const made = createECDH('prime256v1')
  const publicKey = made.generateKeys().toString('base64url')
  // Without the zeros that it may begin with, it is too short for a JWK.
  const privateKey = Buffer.concat([Buffer.alloc(32), made.getPrivateKey()])
    .subarray(-32)
    .toString('base64url')
  const key = { _id: keyId, publicKey, privateSealed: seal(sealingKey, privateKey), createdAt: now }
  try {
    await vapidKeys.insertOne(key)
    return key
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
    return (await vapidKeys.findOne({ _id: keyId })) ?? key
  }
}

function toKeyPair(publicKey: string, privateKey: string): KeyPair {
  const point = Buffer.from(publicKey, 'base64url')
  const x = point.subarray(1, 33).toString('base64url')
  const y = point.subarray(33).toString('base64url')
  return {
    publicKey,
    privateKey: createPrivateKey({ key: { kty: 'EC', crv: 'P-256', x, y, d: privateKey }, format: 'jwk' }),
  }
}

function jwt(claims: object, key: KeyObject): string {
  const parts = [{ typ: 'JWT', alg: 'ES256' }, claims]
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

const nonceBytes = 12
const tagBytes = 16

function seal(key: Buffer, text: string): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(keyId))
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')
}

function unseal(keys: Buffer[], sealed: string): { text: string; isCurrent: boolean } | null {
  const bytes = Buffer.from(sealed, 'base64url')
  for (const key of keys) {
    try {
      const nonce = bytes.subarray(0, nonceBytes)
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
      decipher.setAAD(Buffer.from(keyId)).setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes))
      const text = Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()])
      return { text: text.toString(), isCurrent: key === keys[0] }
    } catch {
      // Another key's.
    }
  }
  return null
}
