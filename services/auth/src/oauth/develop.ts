import type { Application, ApplicationSecret, CreatedApplication } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { query } from '@daguerre/kit/postgres'
import { conflict, notFound } from '@daguerre/kit/problem'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { lockAccount } from '../account/lock-account.ts'
import type { EndedSessions } from '../session/ended-sessions.ts'
import { requireFreshSession } from '../session/require-fresh-session.ts'
import { type ClientRow, clientColumns, hashSecret, newClientSecret, presentClient } from './client.ts'
import { endGrantsOf } from './end-grants.ts'

const mostApplications = 25

type Deps = { em: EntityManager; viewer: Viewer }

/** What its developer says of an application. */
export interface Description {
  name: string
  website: string | null
  redirectUris: string[]
}

/**
 * Registers an application of the viewer's. The secret of a confidential one is told this once.
 * @throws Problem 409 `auth.too_many_applications`, 403 `auth.reauthentication_required`, 401 `auth.session_ended`
 */
export async function createApplication(
  { em, viewer }: Deps,
  { name, website, redirectUris, confidential }: Description & { confidential: boolean },
): Promise<CreatedApplication> {
  const secret = confidential ? newClientSecret() : null
  return em.transactional(async (tx) => {
    await holdAccount(tx, viewer)
    const [{ count }] = (await query<{ count: number }>(
      tx,
      'select count(*)::int as count from oauth_client where account_id = ?',
      [viewer.id],
    )) as [{ count: number }]
    if (count >= mostApplications) {
      throw conflict('auth.too_many_applications', 'Delete one of your applications before.')
    }
    const [made] = await query<ClientRow>(
      tx,
      `insert into oauth_client (id, account_id, name, website, redirect_uris, secret_hash) values (?, ?, ?, ?, ?, ?)
       returning ${clientColumns}`,
      [newId(), viewer.id, name, website, redirectUris, secret === null ? null : hashSecret(secret)],
    )
    return { ...presentClient(made!), secret }
  })
}

/**
 * Says something else of an application. Whoever let it act for them still does.
 * @throws Problem 404 `auth.application_not_found`, 403 `auth.reauthentication_required`, 401 `auth.session_ended`
 */
export async function editApplication(
  { em, viewer }: Deps,
  { id, edit }: { id: string; edit: { [Field in keyof Description]?: Description[Field] | undefined } },
): Promise<Application> {
  return em.transactional(async (tx) => {
    await holdAccount(tx, viewer)
    const before = await ownClient(tx, viewer, id)
    const { name = before.name, website = before.website, redirectUris = before.redirectUris } = edit
    const [edited] = await query<ClientRow>(
      tx,
      `update oauth_client set name = ?, website = ?, redirect_uris = ? where id = ? returning ${clientColumns}`,
      [name, website, redirectUris, id],
    )
    return presentClient(edited!)
  })
}

/**
 * Gives an application another secret; from now on the one before is nothing.
 * @throws Problem 404 `auth.application_not_found`, 409 `auth.application_public`, 403 `auth.reauthentication_required`,
 *   401 `auth.session_ended`
 */
export async function renewSecret({ em, viewer }: Deps, { id }: { id: string }): Promise<ApplicationSecret> {
  const secret = newClientSecret()
  await em.transactional(async (tx) => {
    await holdAccount(tx, viewer)
    const { secretHash } = await ownClient(tx, viewer, id)
    if (secretHash === null) throw conflict('auth.application_public', 'A public application has no secret.')
    await query(tx, 'update oauth_client set secret_hash = ? where id = ?', [hashSecret(secret), id])
  })
  return { secret }
}

/**
 * Deletes an application. From now on it acts for nobody.
 * @throws Problem 404 `auth.application_not_found`
 */
export async function deleteApplication(
  { em, viewer, endedSessions }: Deps & { endedSessions: EndedSessions },
  { id }: { id: string },
): Promise<void> {
  await em.transactional(async (tx) => {
    await ownClient(tx, viewer, id)
    await endGrantsOf({ em: tx, endedSessions }, { clientId: id })
    await query(tx, 'delete from oauth_client where id = ?', [id])
  })
}

/** The viewer's applications, the newest first, from `before` on. */
export async function listApplications(
  { em, viewer }: { em: EntityManager; viewer: Pick<Viewer, 'id'> },
  { before, limit }: { before: string | null; limit: number },
): Promise<Application[]> {
  const rows = await query<ClientRow>(
    em,
    `select ${clientColumns} from oauth_client
      where account_id = ? and (?::uuid is null or id < ?) order by id desc limit ?`,
    [viewer.id, before, before, limit],
  )
  return rows.map(presentClient)
}

async function holdAccount(tx: EntityManager, viewer: Viewer): Promise<void> {
  await lockAccount(tx, viewer.id)
  await requireFreshSession(tx, viewer)
}

/** Locked: whoever lets it act for them waits, or is waited for (`findClient`). */
async function ownClient(tx: EntityManager, viewer: Viewer, id: string): Promise<ClientRow> {
  const [client] = await query<ClientRow>(
    tx,
    `select ${clientColumns} from oauth_client where id = ? and account_id = ? for update`,
    [id, viewer.id],
  )
  if (!client) throw notFound('auth.application_not_found', 'You have no such application.')
  return client
}
