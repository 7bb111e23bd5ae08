import type { Holds } from '@daguerre/copies/copies'
import { LockMode } from '@mikro-orm/core'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { findErased } from '@daguerre/kit/erasures'
import { PostEntity } from '../post.entity.ts'
import { beginCheck } from '../check/check-posts.ts'
import { tellHeld } from '../post/hold-post.ts'
import { isReady } from '../post/post-row.ts'
import { publishPost } from '../post/publish-post.ts'
import { lockMedia } from './lock-media.ts'
import { readMedia, type KnownMedia } from './read-media.ts'

/**
 * Keeps what is new of a media that became ready or failed, and moves the posts that wait for it: published when it was
 * the last one, failed if it failed. The newest version counts, so repeated and late news change nothing.
 */
export async function applyMedia(
  { em, holds }: { em: EntityManager; holds: Pick<Holds, 'hold'> },
  news: KnownMedia,
): Promise<void> {
  const { id } = news.media
  await em.transactional(async (tx) => {
    await lockMedia(tx, [id])
    // They have left, and so have their photos.
    if ((await findErased(tx, 'person', [news.ownerId])).size > 0) return
    await query(
      tx,
      `insert into media (media_id, owner_id, data, version) values ($1, $2, $3::jsonb, $4)
       on conflict (media_id) do update set data = excluded.data, version = excluded.version
       where media.version < excluded.version`,
      [id, news.ownerId, JSON.stringify(news.media), news.version],
    )
    const { media } = (await readMedia(tx, [id])).get(id) as KnownMedia

    const waiting = await query<{ id: string }>(
      tx,
      `/* all shards: posts-of-a-media */ select p.id from post_media m join post p on p.id = m.post_id
       where m.media_id = $1 and p.state in ('processing', 'failed') order by p.id`,
      [id],
    )
    // Locked one after the other by id, as everybody does who locks several. A deletion may have been faster.
    const posts = []
    for (const row of waiting) {
      const post = await tx.findOne(PostEntity, { id: row.id }, { lockMode: LockMode.PESSIMISTIC_WRITE })
      if (post?.state === 'processing' || post?.state === 'failed') posts.push(post)
    }
    for (const post of posts) {
      const wasReady = post.heldFor !== null && isReady(post)
      post.media = post.media.map((item) => (item.id === id ? { ...media, altText: item.altText } : item))
      const becomes = post.media.some((item) => item.state === 'failed')
        ? 'failed'
        : isReady(post)
          ? 'published'
          : 'processing'
      if (post.state !== 'processing' || becomes === 'processing') continue
      if (becomes === 'published' && post.heldFor) {
        if (post.heldFor.check) await beginCheck(tx, post.id)
        else if (!wasReady) await tellHeld(tx, post)
        continue
      }
      post.state = becomes
      post.version += 1
      if (becomes === 'published') await publishPost({ em: tx, holds }, post)
    }
  })
}
