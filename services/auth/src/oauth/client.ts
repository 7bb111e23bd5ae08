import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Application, Authorization } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { ClientCredentials } from './read-credentials.ts'

// An application, as OAuth calls it: a client.

/** SQL: the account may be used. Applications of others do not act for it otherwise, nor do its own for anybody. */
export const accountIsOpen = `(account.deletion_due_at is null
  and not exists (select from account_standing as s where s.account_id = account.id
                   and (s.state = 'banned' or (s.state = 'suspended' and s.until > now())))
  and not exists (select from application where application.account_id = account.id))`

export interface ClientRow {
  id: string
  name: string
  website: string | null
  redirectUris: string[]
  secretHash: Buffer | null
  createdAt: Date
}

/** The columns of a ClientRow. */
export const clientColumns = `oauth_client.id, oauth_client.name, oauth_client.website,
  oauth_client.redirect_uris as "redirectUris", oauth_client.secret_hash as "secretHash",
  oauth_client.created_at as "createdAt"`

/** An application as its developer sees it. */
export function presentClient({ secretHash, createdAt, ...row }: ClientRow): Application {
  return { ...row, confidential: secretHash !== null, createdAt: createdAt.toISOString() }
}

/** A new secret, as secret scanners can find it: 32 random bytes. */
export function newClientSecret(): string {
  return `dgr_cs_${randomBytes(32).toString('base64url')}`
}

/** What is stored of a secret, and of a code. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

export type FoundClient = ClientRow & Pick<Authorization['application'], 'developer'>

/**
 * An application that may be used: one whose developer's account may. Held until the transaction ends, so that none of its grants is made while it
 * is deleted.
 */
export async function findClient(em: EntityManager, id: string): Promise<FoundClient | null> {
  if (!/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/.test(id)) return null
  const [client] = await query<FoundClient>(
    em,
    `select ${clientColumns}, account.username as developer
       from oauth_client join account on account.id = oauth_client.account_id
      where oauth_client.id = ? and ${accountIsOpen} for key share of oauth_client`,
    [id],
  )
  return client ?? null
}

/** The same by what it proves itself with: a confidential one by its secret, a public one by nothing. */
export async function authenticateClient(
  em: EntityManager,
  { id, secret }: ClientCredentials,
): Promise<FoundClient | null> {
  const client = await findClient(em, id)
  if (!client) return null
  const { secretHash } = client
  if (secretHash === null) return secret === undefined ? client : null
  return secret !== undefined && timingSafeEqual(secretHash, hashSecret(secret)) ? client : null
}
