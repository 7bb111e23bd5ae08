import type { Audience, Entity, Location, Media, PostCounts } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import type { HeldFor, PostMedia, PostState } from '../post.entity.ts'

/** A post as reading verbs have it. */
export interface PostRow {
  id: string
  authorId: string
  authorUsername: string
  caption: string
  entities: Entity[]
  media: PostMedia[]
  location?: Location | null | undefined
  audience: Audience
  commentsOff: boolean
  likesHidden: boolean
  state: PostState
  version: number
  /** As interaction has told, a second or so behind. */
  counts?: PostCounts | undefined
  /** Of which version they are. */
  countsVersion?: number | undefined
  createdAt: Date
  editedAt?: Date | null | undefined
  hiddenAt?: Date | null | undefined
  sensitive?: boolean | undefined
  heldFor?: HeldFor | null | undefined
}

const columns = `p.id, p.author_id as "authorId", p.author_username as "authorUsername", p.caption, p.entities,
  p.media, p.location, p.audience, p.comments_off as "commentsOff", p.likes_hidden as "likesHidden", p.state, p.version, p.created_at as "createdAt", p.edited_at as "editedAt",
  p.hidden_at as "hiddenAt", p.sensitive, p.held_for as "heldFor",
  (select json_build_object('likes', k.likes, 'comments', k.comments, 'version', k.version) from engagement k where k.post_id = p.id)
    as engagement`

/** Reads posts. @param from SQL from the word `from` on, with `post` under the alias `p` */
export async function queryPosts(em: EntityManager, from: string, params: readonly unknown[]): Promise<PostRow[]> {
  type Raw = Omit<PostRow, 'counts' | 'countsVersion' | 'createdAt' | 'editedAt' | 'hiddenAt'> & {
    engagement: (PostCounts & { version: number }) | null
    createdAt: string
    editedAt: string | null
    hiddenAt: string | null
  }
  const rows = await query<Raw>(em, `select ${columns} ${from}`, params)
  return rows.map(({ engagement, ...row }) => ({
    ...row,
    counts: engagement ? { likes: engagement.likes, comments: engagement.comments } : undefined,
    countsVersion: engagement?.version,
    createdAt: new Date(row.createdAt),
    editedAt: row.editedAt === null ? null : new Date(row.editedAt),
    hiddenAt: row.hiddenAt === null ? null : new Date(row.hiddenAt),
  }))
}

/** Whether all photos of a post are there. */
export function isReady(post: { media: readonly { state: string }[] }): boolean {
  return post.media.every((item) => item.state === 'ready')
}

/** Whether all may see a post: it is published, and no moderator has hidden it. */
export function isShown(post: Pick<PostRow, 'state' | 'hiddenAt'>): boolean {
  return post.state === 'published' && !post.hiddenAt
}

/** Whether a published post is where everybody looks: under its tags, in ranks and numbers. */
export function isListed(post: Pick<PostRow, 'audience' | 'hiddenAt'>): boolean {
  return post.audience === 'public' && !post.hiddenAt
}

/** Whether somebody may see a post: what is not shown to all, its author alone. */
export function isVisible(post: Pick<PostRow, 'authorId' | 'state' | 'hiddenAt'>, viewerId: string | null): boolean {
  if (isShown(post)) return true
  return post.state !== 'deleted' && post.authorId === viewerId
}

/** URL of the square thumbnail of the first media. */
export function thumbnailUrl(media: readonly Media[]): string | null {
  return media[0]?.variants.find((variant) => variant.name === 'thumbnail')?.url ?? null
}

/** Distinct tags of a text's entities. */
export function tagsOf(entities: readonly Entity[]): string[] {
  return [...new Set(entities.flatMap((entity) => (entity.type === 'hashtag' ? [entity.tag] : [])))]
}
