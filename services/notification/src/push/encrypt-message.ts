import { createCipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto'

const recordSize = 4096
const tagBytes = 16
/** salt, record size, length of the key, the key */
const headerBytes = 16 + 4 + 1 + 65
/** Most bytes of a message: push services must take 4096 of a body (RFC 8030 §7.2). */
export const maxMessageBytes = recordSize - headerBytes - tagBytes - 1

/** The keys of a browser, base64url as it gives them. */
export interface BrowserKeys {
  p256dh: string
  auth: string
}

/**
 * Encrypts a message so that only this browser can read it (RFC 8291, one record of aes128gcm, RFC 8188).
 * @param fixed salt and private key in place of random ones, for the example of the RFC
 * @throws Error if the key of the browser is no point of the curve
 */
export function encryptMessage(
  message: Uint8Array,
  { p256dh, auth }: BrowserKeys,
  fixed?: { salt: Buffer; privateKey: Buffer },
): Buffer {
  if (message.length > maxMessageBytes) throw new Error(`a message has at most ${maxMessageBytes} bytes`)
  const browserKey = Buffer.from(p256dh, 'base64url')
  const own = createECDH('prime256v1')
  if (fixed) own.setPrivateKey(fixed.privateKey)
  else own.generateKeys()
  const ownKey = own.getPublicKey()
  const keyInfo = Buffer.concat([Buffer.from('WebPush: info\0'), browserKey, ownKey])
  const secret = hkdfSync('sha256', own.computeSecret(browserKey), Buffer.from(auth, 'base64url'), keyInfo, 32)
  const salt = fixed?.salt ?? randomBytes(16)
  const key = Buffer.from(hkdfSync('sha256', Buffer.from(secret), salt, 'Content-Encoding: aes128gcm\0', 16))
  const nonce = Buffer.from(hkdfSync('sha256', Buffer.from(secret), salt, 'Content-Encoding: nonce\0', 12))
  const cipher = createCipheriv('aes-128-gcm', key, nonce)
  const header = Buffer.alloc(headerBytes)
  salt.copy(header, 0)
  header.writeUInt32BE(recordSize, 16)
  header.writeUInt8(ownKey.length, 20)
  ownKey.copy(header, 21)
  // 2 marks the last record, and that there is no padding.
  return Buffer.concat([
    header,
    cipher.update(message),
    cipher.update(Buffer.of(2)),
    cipher.final(),
    cipher.getAuthTag(),
  ])
}

/** Whether a message can be encrypted for it: a key that is a point of the curve, and a secret of 16 bytes. */
export function isBrowserKeys({ p256dh, auth }: BrowserKeys): boolean {
  try {
    const own = createECDH('prime256v1')
    own.generateKeys()
    own.computeSecret(Buffer.from(p256dh, 'base64url'))
    return Buffer.from(auth, 'base64url').length === 16
  } catch {
    return false
  }
}
