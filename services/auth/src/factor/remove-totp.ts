import { query } from '@daguerre/kit/postgres'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { lockAccount } from '../account/lock-account.ts'
import type { MailDesk } from '../mail/mail-desk.ts'
import { requireFreshSession } from '../session/require-fresh-session.ts'
import { noteRemovedFactor } from './note-factor.ts'

/** Takes the viewer's authenticator app away; one that is not there stays so. @throws Problem 403 `auth.reauthentication_required` */
export async function removeTotp({
  em,
  viewer,
  mail,
}: {
  em: EntityManager
  viewer: Viewer
  mail: MailDesk | null
}): Promise<void> {
  await em.transactional(async (tx) => {
    await lockAccount(tx, viewer.id)
    await requireFreshSession(tx, viewer)
    const [removed] = await query<{ wasSet: boolean }>(
      tx,
      'delete from totp where account_id = ? returning secret_sealed is not null as "wasSet"',
      [viewer.id],
    )
    if (removed?.wasSet) await noteRemovedFactor({ em: tx, viewer, mail }, { change: 'totp-removed' })
  })
}
