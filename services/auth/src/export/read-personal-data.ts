import type { ExportItem } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'
import { type AccountRow, accountColumns, presentAccount } from '../account/account.ts'
import { listApplications } from '../oauth/develop.ts'
import { grantIsLive } from '../oauth/grants.ts'
import { listPersonalTokens } from '../personal-token/list-personal-tokens.ts'
import { invitationColumns, type InvitationRow, presentInvitation } from '../registration/invitation.ts'
import { sessionIsLive } from '../session/signed-in-session.ts'

type Page<Item> = { items: Item[]; next: string | null }
type ExportSection = 'account' | 'sessions' | 'factors' | 'tokens' | 'applications' | 'grants' | 'invitations'
type Keyset = { userId: string; after: string | null; limit: number }

/** What auth has for an export, a page of it. */
export async function readPersonalData(
  { em }: { em: EntityManager },
  { section, ...keyset }: Keyset & { section: ExportSection },
): Promise<Page<unknown>> {
  switch (section) {
    case 'account':
      return readAccount(em, keyset)
    case 'sessions':
      return readSessions(em, keyset)
    case 'invitations':
      return readInvitations(em, keyset)
    case 'tokens':
      return readTokens(em, keyset)
    case 'applications':
      return readApplications(em, keyset)
    case 'grants':
      return readGrants(em, keyset)
    default:
      return readFactors(em, keyset)
  }
}

async function readAccount(em: EntityManager, { userId }: Keyset): Promise<Page<ExportItem<'account'>>> {
  const rows = await query<AccountRow>(em, `select ${accountColumns} from account where account.id = ?`, [userId])
  return { items: rows.map(presentAccount), next: null }
}

async function readSessions(
  em: EntityManager,
  { userId, after, limit }: Keyset,
): Promise<Page<ExportItem<'sessions'>>> {
  const rows = await query<
    Omit<ExportItem<'sessions'>, 'createdAt' | 'lastSeenAt'> & { createdAt: Date; lastSeenAt: Date }
  >(
    em,
    `select id, user_agent as "userAgent", place, created_at as "createdAt", last_seen_at as "lastSeenAt" from session
      where account_id = ? and ${sessionIsLive} and (?::uuid is null or id > ?) order by id limit ?`,
    [userId, after, after, limit],
  )
  const items = rows.map((row) => ({
    ...row,
    createdAt: row.createdAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
  }))
  return { items, next: rows.length === limit ? (rows.at(-1)?.id ?? null) : null }
}

async function readTokens(em: EntityManager, { userId, after, limit }: Keyset): Promise<Page<ExportItem<'tokens'>>> {
  const items = await listPersonalTokens({ em, viewer: { id: userId } }, { before: after, limit })
  return { items, next: items.length === limit ? (items.at(-1)?.id ?? null) : null }
}

async function readApplications(
  em: EntityManager,
  { userId, after, limit }: Keyset,
): Promise<Page<ExportItem<'applications'>>> {
  const items = await listApplications({ em, viewer: { id: userId } }, { before: after, limit })
  return { items, next: items.length === limit ? (items.at(-1)?.id ?? null) : null }
}

async function readGrants(em: EntityManager, { userId, after, limit }: Keyset): Promise<Page<ExportItem<'grants'>>> {
  const rows = await query<Omit<ExportItem<'grants'>, 'since' | 'lastUsedAt'> & { since: Date; lastUsedAt: Date }>(
    em,
    `select oauth_grant.id, oauth_client.name as application, scopes, oauth_grant.created_at as since,
            last_used_at as "lastUsedAt"
       from oauth_grant join oauth_client on oauth_client.id = client_id
      where oauth_grant.account_id = ? and ${grantIsLive} and (?::uuid is null or oauth_grant.id > ?)
      order by oauth_grant.id limit ?`,
    [userId, after, after, limit],
  )
  const items = rows.map((row) => ({
    ...row,
    since: row.since.toISOString(),
    lastUsedAt: row.lastUsedAt.toISOString(),
  }))
  return { items, next: rows.length === limit ? (rows.at(-1)?.id ?? null) : null }
}

async function readInvitations(
  em: EntityManager,
  { userId, after, limit }: Keyset,
): Promise<Page<ExportItem<'invitations'>>> {
  const rows = await query<InvitationRow>(
    em,
    `select ${invitationColumns} from invitation join account on account.id = inviter_id
      where inviter_id = ? and expires_at > now() and (?::uuid is null or invitation.id > ?) order by invitation.id limit ?`,
    [userId, after, after, limit],
  )
  const items = rows.map((row) => {
    const { inviter: _own, ...item } = presentInvitation(row)
    return item
  })
  return { items, next: rows.length === limit ? (rows.at(-1)?.id ?? null) : null }
}

/** All at once: an account has few. */
async function readFactors(em: EntityManager, { userId }: Keyset): Promise<Page<ExportItem<'factors'>>> {
  const rows = await query<Omit<ExportItem<'factors'>, 'addedAt' | 'lastUsedAt'> & Times>(
    em,
    `select 'totp' as kind, null as name, confirmed_at as "addedAt", null::timestamptz as "lastUsedAt" from totp
      where account_id = ? and secret_sealed is not null
     union all
     select 'passkey', name, created_at, last_used_at from passkey where account_id = ?
     union all
     select 'provider', concat_ws(': ', provider, label), created_at, last_used_at from identity where account_id = ?
     order by "addedAt"`,
    [userId, userId, userId],
  )
  const items = rows.map((row) => ({
    ...row,
    addedAt: row.addedAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  }))
  return { items, next: null }
}

type Times = { addedAt: Date; lastUsedAt: Date | null }
