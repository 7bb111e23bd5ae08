import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { PushMessage, PushSubscription } from '@daguerre/contracts'

export interface Received {
  path: string
  headers: IncomingHttpHeaders
  message: PushMessage
  /** The claims of the sender's token, whose signature holds. */
  claims: { aud: string; exp: number; sub: string }
}

/** A push service on this machine that opens what it gets, as the browser would, and answers as a test says. */
export async function startPushService() {
  const browsers = new Map<string, (body: Buffer) => PushMessage>()
  const received: Received[] = []
  const answers: { status: number; headers?: Record<string, string>; delayMs?: number }[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const open = browsers.get(request.url ?? '')
      const { status, headers, delayMs } = answers.shift() ?? { status: open ? 201 : 410 }
      if (open) {
        received.push({
          path: request.url ?? '',
          headers: request.headers,
          message: open(Buffer.concat(chunks)),
          claims: claimsOf(request.headers.authorization ?? ''),
        })
      }
      setTimeout(() => response.writeHead(status, headers).end(), delayMs ?? 0)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    received,
    /** What the next messages are answered; 201 when there is nothing left. */
    answers,
    /** A browser that has subscribed here. */
    browser(): PushSubscription {
      const keys = createECDH('prime256v1')
      const auth = randomBytes(16)
      const path = `/push/${randomBytes(8).toString('hex')}`
      const publicKey = keys.generateKeys()
      browsers.set(path, (body) => decrypt(body, keys, publicKey, auth))
      return {
        endpoint: `${url}${path}`,
        expirationTime: null,
        keys: { p256dh: publicKey.toString('base64url'), auth: auth.toString('base64url') },
      }
    },
    forget: (subscription: PushSubscription) => browsers.delete(new URL(subscription.endpoint).pathname),
    of: (subscription: PushSubscription) =>
      received.filter(({ path }) => subscription.endpoint.endsWith(path)).map(({ message }) => message),
    async stop() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

// RFC 8291 §3.4 and RFC 8188 §2, from the browser's side.
function decrypt(body: Buffer, keys: ReturnType<typeof createECDH>, own: Buffer, auth: Buffer): PushMessage {
  const salt = body.subarray(0, 16)
  const idLength = body.readUInt8(20)
  const sender = body.subarray(21, 21 + idLength)
  const record = body.subarray(21 + idLength)
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), own, sender])
  const secret = Buffer.from(hkdfSync('sha256', keys.computeSecret(sender), auth, info, 32))
  const key = Buffer.from(hkdfSync('sha256', secret, salt, 'Content-Encoding: aes128gcm\0', 16))
  const nonce = Buffer.from(hkdfSync('sha256', secret, salt, 'Content-Encoding: nonce\0', 12))
  const decipher = createDecipheriv('aes-128-gcm', key, nonce).setAuthTag(record.subarray(-16))
  const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()])
  const end = padded.lastIndexOf(2)
  return JSON.parse(padded.subarray(0, end).toString()) as PushMessage
}

// RFC 8292 §3
function claimsOf(authorization: string): Received['claims'] {
  const [, token = '', key = ''] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(authorization) ?? []
  const [header = '', claims = '', signature = ''] = token.split('.')
  const point = Buffer.from(key, 'base64url')
  const publicKey = createPublicKey({
    key: {
      kty: 'EC',
      crv: 'P-256',
      x: point.subarray(1, 33).toString('base64url'),
      y: point.subarray(33).toString('base64url'),
    },
    format: 'jwk',
  })
  const isRight = verify(
    'sha256',
    Buffer.from(`${header}.${claims}`),
    { key: publicKey, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  )
  if (!isRight) throw new Error('the signature does not hold')
  return JSON.parse(Buffer.from(claims, 'base64url').toString()) as Received['claims']
}
