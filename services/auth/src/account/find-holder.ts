import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'

/** The account that an address belongs to beyond question, by the address's key: at most one. */
export async function findHolder(em: EntityManager, key: string): Promise<{ id: string; username: string } | null> {
  const [holder] = await query<{ id: string; username: string }>(
    em,
    'select id, username from account where email_key = ? and email_claim_key is null',
    [key],
  )
  return holder ?? null
}
