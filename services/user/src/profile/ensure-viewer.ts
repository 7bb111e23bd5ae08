import type { EntityManager } from '@daguerre/kit/postgres'
import { problem } from '@daguerre/kit/problem'
import { ensureProfile } from './ensure-profile.ts'
import { findProfiles } from './find-profiles.ts'
import type { Profile } from './profile.ts'

/**
 * The viewer's own profile, made from what the access token says if the account's event has not come yet.
 * @throws Problem 401 `auth.session_ended` of somebody who has left
 */
export async function ensureViewer(em: EntityManager, viewer: { id: string; username: string }): Promise<Profile> {
  const refs = { ids: [viewer.id], usernames: [] }
  const [known] = await findProfiles(em, refs)
  if (known !== undefined) return known
  await em.transactional((tx) => ensureProfile(tx, viewer))
  const [made] = await findProfiles(em, refs)
  if (made === undefined) throw problem(401, 'auth.session_ended', 'There is no such account any more.')
  return made
}
