import type { Identity } from '@daguerre/contracts'
import { query } from '@daguerre/kit/postgres'
import { conflict } from '@daguerre/kit/problem'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { lockAccount } from '../account/lock-account.ts'
import { tellOfFactor } from '../factor/tell-of-factor.ts'
import type { MailDesk } from '../mail/mail-desk.ts'
import { readFreshness, requireFreshSession } from '../session/require-fresh-session.ts'
import { sessionEnded } from '../session/signed-in-session.ts'
import { type IdentityRow, identityColumns, insertIdentity, presentIdentity } from './identity.ts'
import type { ProviderAnswer, ProviderDesk } from './provider-desk.ts'
import { beginVisit, endVisit } from './provider-visit.ts'
import { identityTaken } from './register-by-provider.ts'

interface Deps {
  em: EntityManager
  viewer: Viewer
  providers: ProviderDesk
}

const most = 10

/**
 * Sends the viewer to a provider, so that it opens their account from then on.
 * @returns where to
 * @throws Problem 403 `auth.reauthentication_required`, 404 `auth.provider_not_found`, 503 `auth.provider_away`, 401 `auth.session_ended`
 */
export async function beginIdentity(
  { em, viewer, providers }: Deps,
  { provider, device }: { provider: string; device: Buffer },
): Promise<string> {
  await em.transactional(async (tx) => {
    await lockAccount(tx, viewer.id)
    await requireFreshSession(tx, viewer)
  })
  return beginVisit({ em, providers }, { provider, purpose: 'link', device, sessionId: viewer.sessionId })
}

/**
 * Links who the viewer is at a provider to their account. The visit was begun by this very session, which had lately said who it is: a visit to the
 * provider may well take longer than that holds.
 * @throws Problem 409 `auth.identity_taken`, `auth.too_many_identities`, 410 `auth.visit_void`, 422 `auth.provider_answer_wrong`, 503
 *   `auth.provider_away`, 401 `auth.session_ended`
 */
export async function addIdentity(
  { em, viewer, providers, mail }: Deps & { mail: MailDesk | null },
  { answer, device }: { answer: ProviderAnswer; device: Buffer },
): Promise<Identity> {
  const { sessionId, id: accountId } = viewer
  const arrival = await endVisit({ em, providers }, answer, { purpose: 'link', device, sessionId })
  return em.transactional(async (tx) => {
    await lockAccount(tx, accountId)
    if ((await readFreshness(tx, viewer)) === 'ended') throw sessionEnded()
    const [row] = await query<{ count: number }>(
      tx,
      'select count(*)::int as count from identity where account_id = ?',
      [accountId],
    )
    if ((row?.count ?? 0) >= most) {
      throw conflict('auth.too_many_identities', `There may be ${most} at most: remove one.`)
    }
    const label = arrival.email ?? arrival.name
    const isNew = (await insertIdentity(tx, { ...arrival, label, accountId })) !== null
    const [identity] = await query<IdentityRow>(
      tx,
      `select ${identityColumns} from identity where issuer = ? and subject = ? and account_id = ?`,
      [arrival.issuer, arrival.subject, accountId],
    )
    if (!identity) throw identityTaken()
    const { name } = providers.settingsOf(arrival.provider)
    if (isNew) await tellOfFactor({ em: tx, mail }, { accountId, change: 'provider-linked', name })
    return presentIdentity(identity, providers)
  })
}
