import { query } from '@daguerre/kit/postgres'
import { notFound } from '@daguerre/kit/problem'
import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { isForViewer } from './list-invitations.ts'

/** Takes an invitation back: nobody comes in by it any more. @throws Problem 404 `auth.invitation_not_found` */
export async function revokeInvitation(
  { em, viewer }: { em: EntityManager; viewer: Viewer },
  { id }: { id: string },
): Promise<void> {
  const [gone] = await query(em, `delete from invitation where id = ? and ${isForViewer} returning 1 as one`, [
    id,
    viewer.id,
    viewer.id,
  ])
  if (!gone) throw notFound('auth.invitation_not_found', 'There is no such invitation of yours.')
}
