import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { deriveKeys, type Keys, type Secrets } from '@daguerre/kit/secret'

// version, nonce, tag, then the ciphertext
const version = 1
const nonceBytes = 12
const tagBytes = 16
const headerBytes = 1 + nonceBytes + tagBytes

/** A key for one purpose, derived (HKDF-SHA-256) from a secret that has the entropy of a key. */
export function deriveKey(secret: string | Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `daguerre/auth/${purpose}`, 32))
}

/** The keys that encrypt signing keys: the first one does, any may open. */
export function deriveSealingKeys(secrets: Secrets): Keys {
  return deriveKeys(secrets, 'daguerre/auth/signing-keys')
}

/** The keys that encrypt mails which wait. */
export function deriveMailKeys(secrets: Secrets): Keys {
  return deriveKeys(secrets, 'daguerre/auth/mails')
}

/** The keys that encrypt secrets of TOTP. */
export function deriveTotpKeys(secrets: Secrets): Keys {
  return deriveKeys(secrets, 'daguerre/auth/totp')
}

/** Encrypts by AES-256-GCM; only who names the same `context` can open it. */
export function seal(key: Uint8Array, plaintext: string, context: string): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(context))
  const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()])
  return Buffer.concat([Buffer.of(version), nonce, cipher.getAuthTag(), ciphertext])
}

/** The plaintext, or null if the key, the context or a bit of it is another. */
export function unseal(key: Uint8Array, sealed: Uint8Array, context: string): string | null {
  const bytes = Buffer.from(sealed)
  if (bytes.length < headerBytes || bytes[0] !== version) return null
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 1 + nonceBytes), { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(1 + nonceBytes, headerBytes))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(headerBytes)), decipher.final()]).toString('utf8')
  } catch {
    return null
  }
}

/** What `unseal` gives with the first of the keys that opens it, and whether that is the first of all. */
export function unsealWithAny(
  keys: Keys,
  sealed: Uint8Array,
  context: string,
): { plaintext: string; isCurrent: boolean } | null {
  for (const key of keys) {
    const plaintext = unseal(key, sealed, context)
    if (plaintext !== null) return { plaintext, isCurrent: key === keys[0] }
  }
  return null
}
