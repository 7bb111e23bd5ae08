import { query } from '@daguerre/kit/postgres'
import { notFound, type Problem } from '@daguerre/kit/problem'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { lockAccount } from '../account/lock-account.ts'
import { noteRemovedFactor } from '../factor/note-factor.ts'
import type { MailDesk } from '../mail/mail-desk.ts'
import type { ProviderDesk } from '../provider/provider-desk.ts'
import { requireFreshSession } from '../session/require-fresh-session.ts'
import { requireWayIn } from '../session/require-way-in.ts'

/**
 * Takes one of the viewer's passkeys away.
 * @throws Problem 404 `auth.passkey_not_found`, 409 `auth.last_way_in`, 403 `auth.reauthentication_required`
 */
export async function removePasskey(
  {
    em,
    viewer,
    providers,
    mail,
  }: { em: EntityManager; viewer: Viewer; providers: ProviderDesk; mail: MailDesk | null },
  { id }: { id: string },
): Promise<void> {
  await em.transactional(async (tx) => {
    await lockAccount(tx, viewer.id)
    await requireFreshSession(tx, viewer)
    const [removed] = await query<{ name: string }>(
      tx,
      'delete from passkey where id = ? and account_id = ? returning name',
      [id, viewer.id],
    )
    if (!removed) throw noSuchPasskey()
    await requireWayIn({ em: tx, providers }, viewer.id)
    await noteRemovedFactor({ em: tx, viewer, mail }, { change: 'passkey-removed', name: removed.name })
  })
}

export function noSuchPasskey(): Problem {
  return notFound('auth.passkey_not_found', 'You have no such passkey.')
}
