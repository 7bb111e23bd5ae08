import type { ExportItem } from '@daguerre/contracts'
import { timeOf } from '@daguerre/kit/id'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { listEdges } from '../follow/list-edges.ts'
import { readWords } from '../hidden-words/read-words.ts'
import { findInOrder } from '../profile/find-profiles.ts'
import { isFound, type Profile } from '../profile/profile.ts'
import { addRelations } from '../relations/list-relations.ts'

type Page<Item> = { items: Item[]; next: string | null }
type Keyset = { userId: string; after: string | null; limit: number }

/** What user has for an export, a page of it. */
export async function readPersonalData(
  { em, now }: { em: EntityManager; now: Date },
  { section, ...keyset }: Keyset & { section: 'profile' | 'following' | 'followers' | 'hidden-words' | OwnList },
): Promise<Page<unknown>> {
  switch (section) {
    case 'profile':
      return readProfile(em, keyset)
    case 'following':
    case 'followers':
      return readFollows(em, section, keyset)
    case 'mutes':
      return readMutes(em, now, keyset)
    case 'hidden-words': {
      // As few as fit in one page.
      const words = (await readWords(em, [keyset.userId])).get(keyset.userId) ?? []
      return { items: words.map((word): ExportItem<'hidden-words'> => ({ word })), next: null }
    }
    default:
      return readList(em, section, keyset)
  }
}

async function readProfile(em: EntityManager, { userId }: Keyset): Promise<Page<ExportItem<'profile'>>> {
  const rows = await query<Profile & { created_at: string }>(em, 'select * from profile where id = $1', [userId])
  const items = rows.map((row) => ({
    id: row.id,
    username: row.username,
    displayName: row.display_name,
    bio: row.bio,
    website: row.website,
    avatarMediaId: row.avatar?.mediaId ?? null,
    private: row.private,
    commentsBy: row.comments_by,
    mentionsBy: row.mentions_by,
    createdAt: new Date(row.created_at).toISOString(),
  }))
  return { items, next: null }
}

async function readFollows(
  em: EntityManager,
  list: 'following' | 'followers',
  keyset: Keyset,
): Promise<Page<ExportItem<'following'>>> {
  const { items, next } = await listEdges(em, list, keyset)
  const active = items.filter((edge) => edge.active)
  const named = await withNames(
    em,
    keyset.userId,
    active.map(({ userId, since }) => ({ id: userId, since })),
  )
  return { items: named, next }
}

// A list of one's own, the latest first: whose it is, and who stands on it.
const lists = {
  'follow-requests-made': { from: 'follow_request where requester_id = $1', listed: 'target_id', says: '' },
  'follow-requests-received': {
    from: 'follow_request where target_id = $1',
    listed: 'requester_id',
    says: '/* all shards: requests-to */',
  },
  'close-friends': { from: 'close_friend where owner_id = $1', listed: 'friend_id', says: '' },
  restrictions: { from: 'restriction where active and owner_id = $1', listed: 'restricted_id', says: '' },
  blocks: { from: 'block where blocker_id = $1', listed: 'blocked_id', says: '' },
} as const

type OwnList = keyof typeof lists | 'mutes'

async function readList(
  em: EntityManager,
  section: keyof typeof lists,
  { userId, after, limit }: Keyset,
): Promise<Page<ExportItem<'blocks'>>> {
  const { from, listed, says } = lists[section]
  const rows = await query<{ id: string; position: string }>(
    em,
    `${says} select ${listed} as id, position from ${from} and position < $2 order by position desc limit $3`,
    [userId, after ?? lastId, limit],
  )
  const items = rows.map(({ id, position }) => ({ id, since: timeOf(position).toISOString() }))
  return { items: await withNames(em, userId, items), next: nextOf(rows, limit) }
}

async function readMutes(
  em: EntityManager,
  now: Date,
  { userId, after, limit }: Keyset,
): Promise<Page<ExportItem<'mutes'>>> {
  const rows = await query<{ id: string; position: string; endsAt: string | null }>(
    em,
    `select muted_id as id, position, ends_at as "endsAt" from mute
     where muter_id = $1 and active and (ends_at is null or ends_at > $2) and position < $3
     order by position desc limit $4`,
    [userId, now, after ?? lastId, limit],
  )
  const items = rows.map(({ id, position, endsAt }) => ({
    id,
    since: timeOf(position).toISOString(),
    until: endsAt === null ? null : new Date(endsAt).toISOString(),
  }))
  return { items: await withNames(em, userId, items), next: nextOf(rows, limit) }
}

const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

function nextOf(rows: readonly { position: string }[], limit: number): string | null {
  return rows.length === limit ? (rows.at(-1)?.position ?? null) : null
}

/** People as their owner's lists name them; without a name who is not there for them. */
async function withNames<Row extends { id: string }>(
  em: EntityManager,
  viewerId: string,
  rows: readonly Row[],
): Promise<(Omit<Row, 'id'> & { userId: string; username: string | null })[]> {
  const found = await addRelations(em, viewerId, await findInOrder(em, rows))
  const names = new Map(found.filter((row) => isFound(row, viewerId)).map(({ id, username }) => [id, username]))
  return rows.map(({ id, ...row }) => ({ userId: id, username: names.get(id) ?? null, ...row }))
}
