import type { Audience, Entity, Location, Media } from '@daguerre/contracts'
import { defineEntity, p } from '@daguerre/kit/postgres'

/** A media as a post shows it, kept in the post's own row so that reading a post is reading one row. */
export type PostMedia = Media & { altText: string }

/** The entries of the list for which a post is held, or what was said outside; and whether it comes from an archive, and is nobody's news. */
export interface HeldFor {
  texts: string[]
  imported: boolean
  /** It waits for an answer from outside, not for moderators. */
  check?: boolean
}

export type PostState = 'processing' | 'published' | 'failed' | 'deleted'

/** A post as its author wrote it. A deleted one stays as a tombstone without content. */
export const PostEntity = defineEntity({
  name: 'Post',
  tableName: 'post',
  properties: {
    id: p.uuid().primary(),
    authorId: p.uuid(),
    authorUsername: p.text(),
    caption: p.text(),
    entities: p.json<Entity[]>(),
    media: p.json<PostMedia[]>(),
    location: p.json<Location>().nullable(),
    audience: p.text().$type<Audience>().default('public'),
    commentsOff: p.boolean().default(false),
    likesHidden: p.boolean().default(false),
    state: p.text().$type<PostState>(),
    version: p.integer(),
    createdAt: p.datetime(),
    editedAt: p.datetime().nullable(),
    /** Since when moderators hide it from all but its author. */
    hiddenAt: p.datetime().nullable(),
    /** Moderators have marked it: it is shown after a question only. */
    sensitive: p.boolean().default(false),
    /** What moderators are to look at before anybody else does: it is `processing` until they have let it through. */
    heldFor: p.json<HeldFor>().nullable(),
    /** Which of moderation's versions this is. */
    moderationVersion: p.integer().default(0),
  },
})
