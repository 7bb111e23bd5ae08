import { type EntityManager, query } from '@daguerre/kit/postgres'
import { PostEntity } from '../post.entity.ts'
import { publishPost } from '../post/publish-post.ts'
import { lockMedia } from './lock-media.ts'
import { readMedia, type KnownMedia } from './read-media.ts'

/**
 * Keeps what is new of a media that became ready or failed, and moves the posts that wait for it: published when it was
 * the last one, failed if it failed. The newest version counts, so repeated and late news change nothing.
 */
export async function applyMedia(em: EntityManager, news: KnownMedia): Promise<void> {
  const { id } = news.media
  await em.transactional(async (tx) => {
    await lockMedia(tx, [id])
    await query(
      tx,
      `insert into media (media_id, owner_id, data, version) values ($1, $2, $3::jsonb, $4)
       on conflict (media_id) do update set data = excluded.data, version = excluded.version
       where media.version < excluded.version`,
      [id, news.ownerId, JSON.stringify(news.media), news.version],
    )
    const { media } = (await readMedia(tx, [id])).get(id) as KnownMedia

    // Locked one after the other by id, as everybody does who locks several.
    const waiting = await query<{ id: string }>(
      tx,
      `select p.id from post p where p.state in ('processing', 'failed')
         and p.id in (select post_id from post_media where media_id = $1)
       order by p.id for no key update`,
      [id],
    )
    if (waiting.length === 0) return
    const posts = await tx.find(PostEntity, { id: waiting.map((row) => row.id) }, { orderBy: { id: 'asc' } })
    for (const post of posts) {
      post.media = post.media.map((item) => (item.id === id ? { ...media, altText: item.altText } : item))
      const becomes = post.media.some((item) => item.state === 'failed')
        ? 'failed'
        : post.media.every((item) => item.state === 'ready')
          ? 'published'
          : 'processing'
      if (post.state !== 'processing' || becomes === 'processing') continue
      post.state = becomes
      post.version += 1
      if (becomes === 'published') await publishPost(tx, post)
    }
  })
}
