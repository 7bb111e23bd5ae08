import type { Identity } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { ProviderDesk } from './provider-desk.ts'

/** Who somebody is at a provider, as it is kept with their account. */
export interface NewIdentity {
  provider: string
  issuer: string
  subject: string
  label: string | null
}

export interface IdentityRow {
  id: string
  provider: string
  label: string | null
  createdAt: Date
  lastUsedAt: Date | null
}

export const identityColumns = 'id, provider, label, created_at as "createdAt", last_used_at as "lastUsedAt"'

/** One that is linked, with the name of its provider; the id of one that this server knows no more. */
export function presentIdentity(row: IdentityRow, providers: ProviderDesk): Identity {
  const { name = row.provider } = providers.list().find(({ id }) => id === row.provider) ?? {}
  return {
    ...row,
    name,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  }
}

/** Links who somebody is elsewhere to an account, in the transaction of `em`. @returns its id; null if it is linked to one already */
export async function insertIdentity(
  em: EntityManager,
  { accountId, provider, issuer, subject, label }: NewIdentity & { accountId: string },
): Promise<string | null> {
  const [identity] = await query<{ id: string }>(
    em,
    `insert into identity (id, account_id, provider, issuer, subject, label, last_used_at) values (?, ?, ?, ?, ?, ?, now())
     on conflict (issuer, subject) do nothing returning id`,
    [newId(), accountId, provider, issuer, subject, label],
  )
  return identity?.id ?? null
}

/** Whose account it opens. */
export async function findIdentity(
  em: EntityManager,
  { issuer, subject }: { issuer: string; subject: string },
): Promise<string | null> {
  const [identity] = await query<{ accountId: string }>(
    em,
    'select account_id as "accountId" from identity where issuer = ? and subject = ?',
    [issuer, subject],
  )
  return identity?.accountId ?? null
}

/** Notes that it was used, in the transaction of `em`. @returns whether it still is this account's */
export async function useIdentity(
  em: EntityManager,
  { accountId, provider, issuer, subject }: Omit<NewIdentity, 'label'> & { accountId: string },
): Promise<boolean> {
  const [used] = await query(
    em,
    `update identity set last_used_at = now(), provider = ? where issuer = ? and subject = ? and account_id = ? returning 1`,
    [provider, issuer, subject, accountId],
  )
  return used !== undefined
}
