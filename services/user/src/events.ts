import { type EventData, events } from '@daguerre/contracts'
import { type DeadLetterStore, type EventHandler, forgetLetters, on } from '@daguerre/kit/consumer'
import { copyKey, type Holds } from '@daguerre/copies/copies'
import type { EntityManager } from '@daguerre/kit/postgres'
import { together } from '@daguerre/kit/together'
import { dropProfile } from './leaving/drop-profile.ts'
import { dropAvatar } from './profile/drop-avatar.ts'
import { ensureProfiles } from './profile/ensure-profile.ts'
import { keepClosed } from './profile/keep-closed.ts'
import { keepPostCounts, type ToldPostCount } from './profile/keep-post-counts.ts'

/**
 * What this service listens to. Natural keys and versions make each of them idempotent: a profile is made once, and of
 * the numbers of somebody's posts, and of how they stand, the newest is kept.
 */
export function subscriptions({
  forkEm,
  deadLetters,
  holds,
}: {
  forkEm: () => EntityManager
  deadLetters: DeadLetterStore
  holds: Pick<Holds, 'during'>
}): EventHandler[] {
  const makeProfile = together(async (accounts: readonly { id: string; username: string }[]) => {
    await ensureProfiles(forkEm(), accounts)
    return accounts.map(() => {})
  })
  const keepPostCount = together(async (told: readonly ToldPostCount[]) => {
    await keepPostCounts(forkEm(), told)
    return told.map(() => {})
  })
  function keepPosts({
    data: { authorId, authorPosts },
  }: {
    data: Pick<EventData<typeof events.postDeleted>, 'authorId' | 'authorPosts'>
  }) {
    return keepPostCount({ authorId, ...authorPosts })
  }
  function keep(told: Parameters<typeof keepClosed>[1]) {
    return holds.during([copyKey.person(told.userId)], () => keepClosed(forkEm(), told))
  }
  return [
    on(events.accountRegistered, ({ data: { userId: id, username } }) => makeProfile({ id, username })),
    on(events.postCreated, keepPosts),
    on(events.postUpdated, keepPosts),
    on(events.postDeleted, async (event) => {
      const { postId, authorId, mediaIds } = event.data
      await keepPosts(event)
      await dropAvatar(forkEm(), authorId, mediaIds)
      await forgetLetters(deadLetters, { ids: [postId], types: [events.postCreated, events.postUpdated] })
    }),
    on(events.accountClosed, ({ version, data: { userId } }) =>
      keep({ userId, by: 'leaving', isClosed: true, version }),
    ),
    on(events.accountReopened, ({ version, data: { userId } }) =>
      keep({ userId, by: 'leaving', isClosed: false, version }),
    ),
    on(events.accountDeleted, async ({ data: { userId } }) => {
      await dropProfile(forkEm(), userId)
      const types = [events.accountRegistered, events.postCreated, events.postUpdated, events.accountModerated]
      await forgetLetters(deadLetters, { ids: [userId], types })
    }),
    on(events.accountModerated, ({ version, data: { userId, state } }) =>
      keep({ userId, by: 'suspended', isClosed: state !== 'open', version }),
    ),
  ]
}
