import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'

/** Remembers that somebody has signed in to this account with this device. */
export async function rememberDevice(
  em: EntityManager,
  { accountId, device }: { accountId: string; device: Buffer },
): Promise<void> {
  await query(
    em,
    `insert into sign_in_device (account_id, device) values (?, ?)
     on conflict (account_id, device) do update set last_seen_at = now()`,
    [accountId, device],
  )
}

/**
 * Whether somebody has signed in with this device to the account that has this name. One that only claims an address does not
 * count: whoever claims another's would be no stranger to it.
 */
export async function isKnownDevice(
  em: EntityManager,
  { name, device }: { name: string; device: Buffer },
): Promise<boolean> {
  const [known] = await query(
    em,
    `select 1 from sign_in_device join account on account.id = account_id
      where device = ? and (username = ? or (email_key = ? and email_claim_key is null))`,
    [device, name, name],
  )
  return known !== undefined
}
