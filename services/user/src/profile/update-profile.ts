import { type Avatar, events, makeEvent, type Speakers } from '@daguerre/contracts'
import { emit } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { problem } from '@daguerre/kit/problem'
import { foldName, searchTextOf } from '../search/fold-name.ts'
import { ensureProfile } from './ensure-profile.ts'
import { accountOf, type Profile, profileColumns, toPersonShort } from './profile.ts'

export interface ProfileChange {
  displayName?: string | undefined
  bio?: string | undefined
  website?: string | null | undefined
  avatar?: Avatar | null | undefined
  private?: boolean | undefined
  commentsBy?: Speakers | undefined
  mentionsBy?: Speakers | undefined
}

/** Changes the viewer's profile and announces it; a change to what it already is does neither. @returns as it is now */
export async function updateProfile(
  { em, viewer }: { em: EntityManager; viewer: { id: string; username: string } },
  change: ProfileChange,
): Promise<Profile> {
  return em.transactional(async (tx) => {
    await ensureProfile(tx, viewer)
    const [present] = await query<Profile>(
      tx,
      `select ${profileColumns} from profile p where p.id = $1 for no key update`,
      [viewer.id],
    )
    if (present === undefined) throw problem(401, 'auth.session_ended', 'There is no such account any more.')
    const displayName = change.displayName ?? present.display_name
    const bio = change.bio ?? present.bio
    const website = change.website === undefined ? present.website : change.website
    const avatar = change.avatar === undefined ? present.avatar : change.avatar
    const isPrivate = change.private ?? present.private
    const commentsBy = change.commentsBy ?? present.comments_by
    const mentionsBy = change.mentionsBy ?? present.mentions_by
    const same =
      displayName === present.display_name &&
      bio === present.bio &&
      website === present.website &&
      avatar?.mediaId === present.avatar?.mediaId &&
      isPrivate === present.private &&
      commentsBy === present.comments_by &&
      mentionsBy === present.mentions_by
    if (same) return present
    const [changed] = await query<Profile>(
      tx,
      `update profile as p set display_name = $2, name_folded = $3, search_text = $4, bio = $5, website = $6, avatar = $7::jsonb, private = $8,
         comments_by = $9, mentions_by = $10,
         version = p.version + 1, updated_at = now()
       where p.id = $1 returning ${profileColumns}`,
      [
        viewer.id,
        displayName,
        foldName(displayName),
        searchTextOf({ username: present.username, displayName }),
        bio,
        website,
        avatar === null ? null : JSON.stringify(avatar),
        isPrivate,
        commentsBy,
        mentionsBy,
      ],
    )
    await emit(
      tx,
      makeEvent(events.profileUpdated, {
        subject: viewer.id,
        version: changed!.version,
        data: { person: toPersonShort(changed!), account: accountOf(changed!) },
      }),
    )
    return changed!
  })
}
