import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** What `navigator.credentials.create()` and `.get()` are given, as far as it is looked at here. */
interface Options {
  challenge: string
  rp?: { id?: string }
  rpId?: string
  user?: { id: string }
  allowCredentials?: { id: string }[]
}

export interface MadeCredential {
  id: string
  clientDataJSON: string
  attestationObject: string
  transports: string[]
}

export interface SignedAssertion {
  id: string
  clientDataJSON: string
  authenticatorData: string
  signature: string
  userHandle: string
}

export type SoftwareAuthenticator = ReturnType<typeof createAuthenticator>

type Changed = Partial<{
  origin: string
  rpId: string
  isVerified: boolean
  counter: number
  challenge: string
  type: string
}>

/**
 * An authenticator with one passkey (ES256, WebAuthn level 3), and the browser around it at `origin`. Each answer may differ in what
 * `changed` says, to see it refused.
 */
export function createAuthenticator({ origin, counts = true }: { origin: string; counts?: boolean }) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(32)
  let counter = 0
  let userHandle = ''

  function dataOf(rpId: string, { isVerified = true, ...changed }: Changed, attested = Buffer.alloc(0)): Buffer {
    counter += 1
    const head = Buffer.alloc(5)
    head[0] = 0x01 | (isVerified ? 0x04 : 0) | (attested.length > 0 ? 0x40 : 0)
    head.writeUInt32BE(counts ? (changed.counter ?? counter) : 0, 1)
    return Buffer.concat([sha256(changed.rpId ?? rpId), head, attested])
  }

  function clientData(type: string, challenge: string, changed: Changed): Buffer {
    const said = { type: changed.type ?? type, challenge: changed.challenge ?? challenge, crossOrigin: false }
    return Buffer.from(JSON.stringify({ ...said, origin: changed.origin ?? origin }))
  }

  return {
    id: id.toString('base64url'),
    create(options: unknown, changed: Changed = {}): MadeCredential {
      const { challenge, rp, user } = options as Options
      userHandle = user?.id ?? ''
      const length = Buffer.alloc(2)
      length.writeUInt16BE(id.length)
      const attested = Buffer.concat([Buffer.alloc(16), length, id, cbor(coseOf(publicKey))])
      const authData = dataOf(rp?.id ?? '', changed, attested)
      const attestation = new Map<string, unknown>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', authData],
      ])
      return {
        id: id.toString('base64url'),
        clientDataJSON: clientData('webauthn.create', challenge, changed).toString('base64url'),
        attestationObject: cbor(attestation).toString('base64url'),
        transports: ['internal'],
      }
    },
    get(options: unknown, changed: Changed = {}): SignedAssertion {
      const { challenge, rpId } = options as Options
      const client = clientData('webauthn.get', challenge, changed)
      const authenticatorData = dataOf(rpId ?? '', changed)
      const signature = sign('sha256', Buffer.concat([authenticatorData, sha256(client)]), privateKey)
      return {
        id: id.toString('base64url'),
        clientDataJSON: client.toString('base64url'),
        authenticatorData: authenticatorData.toString('base64url'),
        signature: signature.toString('base64url'),
        userHandle,
      }
    },
  }
}

/** RFC 9053: an EC2 key for ES256. */
function coseOf(key: KeyObject): Map<number, unknown> {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  return new Map<number, unknown>([
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, Buffer.from(x, 'base64url')],
    [-3, Buffer.from(y, 'base64url')],
  ])
}

/** RFC 8949, of what attestations are made of: small numbers, texts, bytes, maps. */
function cbor(value: unknown): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value])
  if (value instanceof Map) return Buffer.concat([head(5, value.size), ...[...value].flat().map(cbor)])
  throw new Error(`cannot be written as CBOR: ${typeof value}`)
}

function head(major: number, count: number): Buffer {
  if (count < 24) return Buffer.of((major << 5) | count)
  if (count < 256) return Buffer.of((major << 5) | 24, count)
  return Buffer.of((major << 5) | 25, count >> 8, count & 0xff)
}

function sha256(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest()
}
