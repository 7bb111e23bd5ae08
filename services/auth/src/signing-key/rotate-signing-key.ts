import { query } from '@daguerre/kit/postgres'
import type { Keys } from '@daguerre/kit/secret'
import type { EntityManager } from '@mikro-orm/postgresql'
import { seal, unsealWithAny } from '../seal.ts'
import { createSigningKey } from './create-signing-key.ts'

// Any number that no other advisory lock of this database has.
const lockId = 7_253_110

/**
 * Publishes a new key that signs after `publicationSeconds`, so that by then every verifier has it. One that is
 * published and does not sign yet is answered in place of a second one.
 */
export async function rotateSigningKey({
  em,
  sealingKey,
  publicationSeconds,
}: {
  em: EntityManager
  sealingKey: Uint8Array
  publicationSeconds: number
}): Promise<{ kid: string; activeAt: Date }> {
  return em.transactional(async (tx) => {
    await query(tx, 'select pg_advisory_xact_lock(?)', [lockId])
    const [pending] = await query<{ kid: string; activeAt: Date }>(
      tx,
      'select kid, active_at as "activeAt" from signing_key where active_at > clock_timestamp() order by active_at limit 1',
    )
    return pending ?? insertKey(tx, sealingKey, publicationSeconds)
  })
}

/**
 * Makes the first key, which signs at once. One is made too if the newest cannot be decrypted, as after a change of
 * SECRET_KEY without SECRET_KEY_PREVIOUS; it is published first as long as another can sign. Safe to be called by all
 * replicas at the same time.
 * @returns whether one was made
 */
export async function ensureSigningKey({
  em,
  sealingKeys,
  publicationSeconds,
}: {
  em: EntityManager
  sealingKeys: Keys
  publicationSeconds: number
}): Promise<boolean> {
  return em.transactional(async (tx) => {
    const keys = await openSigningKeys(tx, sealingKeys)
    if (keys[0]?.isOpen) return false
    await insertKey(tx, sealingKeys[0], keys.some((key) => key.isOpen && key.isActive) ? publicationSeconds : 0)
    return true
  })
}

/**
 * Encrypts under SECRET_KEY what was under the one before, so that this can be given up. Replicas that have only that one
 * have these keys in their rings already.
 */
export async function resealSigningKeys({ em, sealingKeys }: { em: EntityManager; sealingKeys: Keys }): Promise<void> {
  if (sealingKeys.length > 1) await em.transactional((tx) => openSigningKeys(tx, sealingKeys))
}

/** All keys, newest first, under the lock; those of the SECRET_KEY before are sealed anew. */
async function openSigningKeys(
  tx: EntityManager,
  sealingKeys: Keys,
): Promise<{ isOpen: boolean; isActive: boolean }[]> {
  await query(tx, 'select pg_advisory_xact_lock(?)', [lockId])
  const keys = await query<{ kid: string; privateSealed: Buffer; isActive: boolean }>(
    tx,
    `select kid, private_sealed as "privateSealed", active_at <= clock_timestamp() as "isActive" from signing_key
      order by active_at desc, kid desc`,
  )
  const opened: { isOpen: boolean; isActive: boolean }[] = []
  for (const { kid, privateSealed, isActive } of keys) {
    const found = unsealWithAny(sealingKeys, privateSealed, kid)
    opened.push({ isOpen: found !== null, isActive })
    if (!found || found.isCurrent) continue
    const sealed = seal(sealingKeys[0], found.plaintext, kid)
    await query(tx, 'update signing_key set private_sealed = ? where kid = ?', [sealed, kid])
  }
  return opened
}

async function insertKey(tx: EntityManager, sealingKey: Uint8Array, delaySeconds: number) {
  const key = await createSigningKey(sealingKey)
  const [row] = await query<{ kid: string; activeAt: Date }>(
    tx,
    `insert into signing_key (kid, public_jwk, private_sealed, active_at)
     values (?, ?::jsonb, ?, clock_timestamp() + make_interval(secs => ?))
     returning kid, active_at as "activeAt"`,
    [key.kid, JSON.stringify(key.publicJwk), key.privateSealed, delaySeconds],
  )
  return row!
}
