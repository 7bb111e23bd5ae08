import { query } from '@daguerre/kit/postgres'
import { conflict } from '@daguerre/kit/problem'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { ProviderDesk } from '../provider/provider-desk.ts'

/**
 * After one was taken away, in the transaction that does it and holds the account's row: that something opens the account still. A provider that this server
 * knows no more opens nothing.
 * @throws Problem 409 `auth.last_way_in`
 */
export async function requireWayIn(
  { em, providers }: { em: EntityManager; providers: ProviderDesk },
  accountId: string,
): Promise<void> {
  const [open] = await query(
    em,
    `select 1 from account where id = ?
        and (password_hash is not null
             or exists (select from passkey where account_id = account.id)
             or exists (select from identity where account_id = account.id and provider = any(?)))`,
    [accountId, providers.ids],
  )
  if (!open) {
    throw conflict(
      'auth.last_way_in',
      'Nothing else would open your account: choose a password before, or add a passkey.',
    )
  }
}
