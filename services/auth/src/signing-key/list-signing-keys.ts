import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { PublicJwk } from './create-signing-key.ts'

export interface StoredSigningKey {
  kid: string
  publicJwk: PublicJwk
  privateSealed: Buffer
  /** Milliseconds until it signs, by the database's clock; negative if it may already. */
  activeInMs: number
}

/** How long after a key's successor began to sign a token of the old one may still be shown, in seconds. */
export function keptAfterSuccessionSeconds(accessTokenSeconds: number): number {
  // A replica that has not heard yet signs with the old key for some seconds more; clocks differ a little.
  return accessTokenSeconds + 120
}

/** The keys whose tokens may be in use, newest first. */
export async function listSigningKeys({ em, keptSeconds }: { em: EntityManager; keptSeconds: number }) {
  return query<StoredSigningKey>(
    em,
    `select kid, public_jwk as "publicJwk", private_sealed as "privateSealed",
            (extract(epoch from active_at - clock_timestamp()) * 1000)::float8 as "activeInMs"
       from (select *, lead(active_at) over (order by active_at, kid) as succeeded_at from signing_key) as k
      where succeeded_at is null or succeeded_at > now() - make_interval(secs => ?)
      order by active_at desc, kid desc`,
    [keptSeconds],
  )
}
