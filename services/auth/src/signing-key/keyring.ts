import type { Logger } from '@daguerre/kit/log'
import { problem } from '@daguerre/kit/problem'
import type { Keys } from '@daguerre/kit/secret'
import { type CryptoKey, importJWK, type JWK } from 'jose'
import { unsealWithAny } from '../seal.ts'
import type { PublicJwk } from './create-signing-key.ts'
import type { StoredSigningKey } from './list-signing-keys.ts'

export interface Keyring {
  /** Takes what the database has now. A key that is in the ring already is not decrypted again: it may be sealed anew. */
  load(stored: readonly StoredSigningKey[]): Promise<void>
  /** The public keys, as verifiers need them. @throws Problem 503 `auth.keys_unavailable` before the first load */
  jwks(): { keys: PublicJwk[] }
  /** The key to sign with now. @throws Problem 503 `auth.keys_unavailable` if there is none */
  signingKey(): { kid: string; privateKey: CryptoKey }
}

interface Key {
  kid: string
  publicJwk: PublicJwk
  /** null if neither SECRET_KEY nor the one before is what it was encrypted with. */
  privateKey: CryptoKey | null
  activeAtMs: number
}

/** The signing keys of this process, loaded from the database every few seconds. */
export function createKeyring({ sealingKeys, log }: { sealingKeys: Keys; log: Logger }): Keyring {
  let keys: Key[] | undefined

  async function open(stored: StoredSigningKey): Promise<CryptoKey | null> {
    const known = keys?.find((key) => key.kid === stored.kid)
    if (known?.privateKey) return known.privateKey
    const opened = unsealWithAny(sealingKeys, stored.privateSealed, stored.kid)
    if (!opened) {
      const complaint = 'a signing key cannot be decrypted: SECRET_KEY is not the one it was stored with'
      if (!known) log.error({ kid: stored.kid }, complaint)
      return null
    }
    return (await importJWK(JSON.parse(opened.plaintext) as JWK, 'ES256')) as CryptoKey
  }

  function active(): Key | undefined {
    const now = Date.now()
    return keys?.find((key) => key.privateKey !== null && key.activeAtMs <= now)
  }

  return {
    async load(stored) {
      const now = Date.now()
      keys = await Promise.all(
        stored.map(async (key) => ({
          kid: key.kid,
          publicJwk: key.publicJwk,
          privateKey: await open(key),
          activeAtMs: now + key.activeInMs,
        })),
      )
    },
    jwks() {
      // Verifiers would take an empty set for the truth, and turn everybody away.
      if (!keys) throw unavailable()
      return { keys: keys.map((key) => key.publicJwk) }
    },
    signingKey() {
      const key = active()
      if (!key?.privateKey) throw unavailable()
      return { kid: key.kid, privateKey: key.privateKey }
    },
  }
}

function unavailable() {
  return problem(503, 'auth.keys_unavailable', 'Nobody can be signed in at the moment. Try again.', {
    headers: { 'retry-after': '5' },
  })
}
