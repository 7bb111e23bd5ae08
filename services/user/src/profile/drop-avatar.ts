import { events, makeEvent } from '@daguerre/contracts'
import { forgetEvents } from '@daguerre/kit/forget-events'
import { emit } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { accountOf, type Profile, profileColumns, toPersonShort } from './profile.ts'

/** Photos of somebody are gone: if their picture is one of them, they have none any more, and what was told of it is forgotten. */
export async function dropAvatar(em: EntityManager, personId: string, mediaIds: readonly string[]): Promise<void> {
  if (mediaIds.length === 0) return
  await em.transactional(async (tx) => {
    const [profile] = await query<Profile>(
      tx,
      `update profile as p set avatar = null, version = p.version + 1, updated_at = now()
       where p.id = $1 and p.avatar->>'mediaId' = any($2::text[]) returning ${profileColumns}`,
      [personId, mediaIds],
    )
    if (profile === undefined) return
    const { version } = profile
    await emit(
      tx,
      makeEvent(events.profileUpdated, {
        subject: personId,
        version,
        data: { person: toPersonShort(profile), account: accountOf(profile) },
      }),
    )
    await forgetEvents(tx, [{ subject: personId, below: version }])
  })
}
