import type { AccountState, PersonShort, Post, PostCounts, PostDocument } from '@daguerre/contracts'
import { copyKey } from '@daguerre/copies/copies'
import { findPeople } from '@daguerre/copies/find-people'
import { type HydrateDeps, hydratePosts, type PostKey } from '@daguerre/copies/hydrate-posts'
import { type GrantOf, type Holder, type PhotoGrants, withGrant } from '@daguerre/copies/photo-grants'
import { presentPost } from '@daguerre/copies/present-post'
import type { EntityManager } from '@daguerre/kit/postgres'
import type { Neighbours } from '../neighbours.ts'
import { isShown, type PostRow } from './post-row.ts'
import { readPublishedPosts } from './read-posts.ts'

export interface ShowDeps extends Pick<HydrateDeps, 'copies' | 'onCacheError'> {
  neighbours: Pick<Neighbours, 'people' | 'states' | 'relations'>
  grants: PhotoGrants
}

export interface ShownPosts {
  /** By id: `Post` of contracts, as parts of JSON in UTF-8. */
  items: Map<string, Buffer[]>
  /** Services whose part could not be had. */
  degraded: string[]
}

/** What may be shown: its key, or its row where that has been read; of what only its author sees there is no copy, so it must be. */
export type Showable = PostKey | PostRow

const noCounts: PostCounts = { likes: 0, comments: 0 }

/**
 * Posts as this viewer sees them, from the copies in Redis: what was seen lately asks neither the database nor anybody. What has
 * been deleted meanwhile, and what they may not see, is left out.
 */
export async function showPosts(
  deps: ShowDeps & { em: EntityManager },
  posts: readonly Showable[],
  viewer: Holder | null,
): Promise<ShownPosts> {
  const { neighbours, copies, grants, onCacheError, em } = deps
  const grantOf = await grants.of(viewer)
  const hydration = {
    ...neighbours,
    async documents(ids: string[]) {
      const known = posts.filter(isRow).filter(({ id }) => ids.includes(id))
      const asked = ids.filter((id) => !known.some((row) => row.id === id))
      return [...known, ...(await readPublishedPosts(em, asked))].map(versioned)
    },
  }
  const own = posts.filter(isRow).filter((row) => !isShown(row))
  const keys = posts.filter((post) => !own.some((row) => row === post)).map(keyOf)
  const [published, unpublished] = await Promise.all([
    hydratePosts({ hydration, copies, onCacheError, ownsDocuments: true }, keys, viewer?.id ?? null),
    showOwn(deps, own, grantOf),
  ])
  const { items } = unpublished
  for (const post of published.posts) if (post.document) items.set(post.key.postId, presentPost(post, grantOf))
  return {
    items,
    degraded: [...new Set([...published.degraded, ...unpublished.degraded])],
  }
}

async function showOwn(deps: ShowDeps, rows: readonly PostRow[], grantOf: GrantOf | null): Promise<ShownPosts> {
  if (rows.length === 0) return { items: new Map(), degraded: [] }
  const { people, accounts } = await findPeople({ ...deps, hydration: deps.neighbours }, [
    ...new Set(rows.map((row) => row.authorId)),
  ])
  return {
    items: new Map(
      rows.map((row) => {
        const author = { person: people.get(row.authorId), account: accounts.get(row.authorId) }
        return [row.id, [Buffer.from(JSON.stringify(ownPost(row, author, grantOf)))]]
      }),
    ),
    degraded: rows.every((row) => people.has(row.authorId)) ? [] : ['user'],
  }
}

/** A post as its author alone sees it: nobody has liked it, or it was hidden with what was left on it. @param author undefined where user does not answer */
export function ownPost(
  row: PostRow,
  { person, account }: { person: PersonShort | undefined; account: AccountState | undefined },
  grantOf: GrantOf | null,
): Post {
  const { authorId: id, authorUsername: username } = row
  const document = toPostDocument(row)
  const isForAll = isShown(row) && row.audience === 'public' && account === 'open'
  return {
    ...document,
    media: isForAll ? document.media : document.media.map((media) => granted(media, grantOf)),
    author: person ?? { id, username, displayName: username, avatar: null },
    counts: row.counts ?? noCounts,
    viewer: { liked: false, saved: false },
  }
}

function granted(media: PostDocument['media'][number], grantOf: GrantOf | null): PostDocument['media'][number] {
  return { ...media, variants: media.variants.map((variant) => ({ ...variant, url: withGrant(variant.url, grantOf) })) }
}

function keyOf(post: Showable): PostKey {
  return isRow(post) ? { postId: post.id, authorId: post.authorId } : post
}

/** The copies that a change of it concerns: its own, and those that say for whom its photos are. */
export function copiesOf({ id, media }: Pick<PostRow, 'id' | 'media'>): string[] {
  return [copyKey.post(id), ...media.map((photo) => copyKey.photo(photo.id))]
}

export function idOf(post: Showable): string {
  return keyOf(post).postId
}

function isRow(post: Showable): post is PostRow {
  return 'state' in post
}

/** A post as copies of it are kept. */
export function versioned(post: PostRow) {
  const { authorId, authorUsername, version, counts, countsVersion } = post
  // Of what interaction has told nothing of, nobody has liked anything; what it tells later is newer.
  const known = { ...(counts ?? noCounts), version: countsVersion ?? 0 }
  return { version, authorId, authorUsername, document: toPostDocument(post), counts: known }
}

/** What of a post is the same for all who may see it. */
function toPostDocument(post: PostRow): PostDocument {
  return {
    id: post.id,
    caption: post.caption,
    entities: post.entities,
    media: post.media,
    location: post.location ?? null,
    audience: post.audience,
    state: (post.hiddenAt
      ? 'hidden'
      : post.heldFor && !post.heldFor.check && post.state === 'processing'
        ? 'held'
        : post.state) as Post['state'],
    ...(post.sensitive && { sensitive: true }),
    ...(post.commentsOff && { commentsOff: true }),
    ...(post.likesHidden && { likesHidden: true }),
    createdAt: post.createdAt.toISOString(),
    editedAt: post.editedAt?.toISOString() ?? null,
  }
}
