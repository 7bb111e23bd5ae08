import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'
import { unseal } from '../seal.ts'
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
 * Makes the first key, which signs at once; a new one too if SECRET_KEY was changed and none can be decrypted any more.
 * Safe to be called by all replicas at the same time.
 * @returns whether one was made
 */
export async function ensureSigningKey({
  em,
  sealingKey,
}: {
  em: EntityManager
  sealingKey: Uint8Array
}): Promise<boolean> {
  return em.transactional(async (tx) => {
    await query(tx, 'select pg_advisory_xact_lock(?)', [lockId])
    const active = await query<{ kid: string; privateSealed: Buffer }>(
      tx,
      'select kid, private_sealed as "privateSealed" from signing_key where active_at <= clock_timestamp()',
    )
    if (active.some((key) => unseal(sealingKey, key.privateSealed, key.kid) !== null)) return false
    await insertKey(tx, sealingKey, 0)
    return true
  })
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
