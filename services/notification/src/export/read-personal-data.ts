import type { ExportItem } from '@daguerre/contracts'
import { problem } from '@daguerre/kit/problem'
import { listNotifications, type Position, type PresentDeps } from '../notification/list-notifications.ts'
import type { Collections } from '../notification/store.ts'
import { type PreferenceDeps, readPreferences } from '../preferences/preferences.ts'

export interface PersonalDataDeps extends PresentDeps, PreferenceDeps {
  collections: PresentDeps['collections'] & PreferenceDeps['collections'] & Pick<Collections, 'subscriptions'>
}

type Page<Item> = { items: Item[]; next: string | null }
type Keyset = { userId: string; after: string | null; limit: number }

/** What notification has for an export, a page of it. @throws Problem 503 `user.unavailable` */
export async function readPersonalData(
  deps: PersonalDataDeps,
  { section, ...keyset }: Keyset & { section: 'notifications' | 'notification-settings' | 'push-subscriptions' },
): Promise<Page<unknown>> {
  switch (section) {
    case 'notifications':
      return readNotifications(deps, keyset)
    case 'notification-settings':
      return { items: [await readPreferences(deps, keyset.userId)], next: null }
    default:
      return readSubscriptions(deps, keyset.userId)
  }
}

async function readNotifications(
  deps: PersonalDataDeps,
  { userId, after, limit }: Keyset,
): Promise<Page<ExportItem<'notifications'>>> {
  const page = await listNotifications(deps, {
    recipientId: userId,
    sessionId: null,
    kinds: null,
    after: after === null ? null : positionOf(after),
    limit,
  })
  if (page.degraded) {
    throw problem(503, 'user.unavailable', 'Who is in it cannot be known now.', { headers: { 'retry-after': '5' } })
  }
  const items = page.items.map(({ id, kind, actors, actorCount, post, comment, act, read, createdAt, updatedAt }) => ({
    ...{ id, kind, actorCount, read, createdAt, updatedAt },
    actors: actors.map((actor) => ({ userId: actor.id, username: actor.username === '' ? null : actor.username })),
    postId: post?.id ?? null,
    commentId: comment?.id ?? null,
    decisionId: act?.id ?? null,
  }))
  return { items, next: page.next && `${page.next.at}|${page.next.id}` }
}

function positionOf(after: string): Position {
  const [at = '', id = ''] = after.split('|')
  return { at, id }
}

/** As few as fit in one page. Its whole address is a capability: who has it can send there. */
async function readSubscriptions(
  { collections }: PersonalDataDeps,
  userId: string,
): Promise<Page<ExportItem<'push-subscriptions'>>> {
  const found = await collections.subscriptions.find({ personId: userId }, { sort: { seenAt: -1 } }).toArray()
  const items = found.map(({ _id: sessionId, endpoint, seenAt, expiresAt }) => ({
    sessionId,
    service: new URL(endpoint).host,
    seenAt: seenAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  }))
  return { items, next: null }
}
