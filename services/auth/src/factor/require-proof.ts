import type { Viewer } from '@daguerre/kit/tokens'
import type { EntityManager } from '@mikro-orm/postgresql'
import { requireFreshSession } from '../session/require-fresh-session.ts'
import { findFactors } from './find-factors.ts'

/**
 * For what the current password opens: where the account has a second factor, that must have been given lately too; where it has no password, whatever
 * it has. In the transaction that does it, after the account's row is locked.
 * @throws Problem 403 `auth.reauthentication_required`, 401 `auth.session_ended`
 */
export async function requireProof(
  tx: EntityManager,
  viewer: Viewer,
  { currentPassword }: { currentPassword?: string | undefined },
): Promise<void> {
  if (currentPassword === undefined || (await findFactors(tx, viewer.id)).length > 0) {
    await requireFreshSession(tx, viewer)
  }
}
