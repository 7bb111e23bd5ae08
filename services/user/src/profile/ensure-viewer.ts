import type { EntityManager } from '@daguerre/kit/postgres'
import { ensureProfile } from './ensure-profile.ts'
import { findProfiles } from './find-profiles.ts'
import type { Profile } from './profile.ts'

/** The viewer's own profile, made from what the access token says if the account's event has not come yet. */
export async function ensureViewer(em: EntityManager, viewer: { id: string; username: string }): Promise<Profile> {
  const refs = { ids: [viewer.id], usernames: [] }
  const [known] = await findProfiles(em, refs)
  if (known !== undefined) return known
  await em.transactional((tx) => ensureProfile(tx, viewer))
  const [made] = await findProfiles(em, refs)
  if (made === undefined) throw new Error(`the username of account ${viewer.id} is held by another profile`)
  return made
}
