import type { ExportItem } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import type { ImportedPost, RemoteSection, TransferNeighbours } from '../src/transfer-neighbours.ts'

type Data = { [Section in RemoteSection]?: ExportItem<Section>[] }

/** Other services, as media sees them: what they keep of people, and the posts that they were given. */
export function testNeighbours() {
  const data = new Map<string, Data>()
  const posts = new Map<string, ImportedPost & { state: string }>()
  const asked: string[] = []

  const neighbours: TransferNeighbours = {
    async personalData(section, { userId, after, limit }) {
      asked.push(`${section} ${after ?? ''}`)
      const all: unknown[] = data.get(userId)?.[section] ?? []
      // Places as ids, so that pages go on as those of services do.
      const from = after === null ? 0 : Number.parseInt(after.slice(-8), 10)
      const to = Math.min(all.length, from + limit)
      return {
        items: all.slice(from, to) as never,
        next: to < all.length ? `00000000-0000-7000-8000-0000${String(to).padStart(8, '0')}` : null,
      }
    },
    async freshness() {
      return 'fresh'
    },
    async postRefs(ids) {
      return ids.flatMap((id) => {
        const post = posts.get(id)
        return post ? [{ id, authorId: post.authorId, state: post.state }] : []
      })
    },
    async importPost(post) {
      const known = posts.get(post.id)
      if (known) return known.state === 'deleted' ? 'deleted' : 'known'
      posts.set(post.id, { ...post, state: 'published' })
      return 'published'
    },
  }
  return { neighbours, data, posts, asked }
}

/** A post of an export. */
export function exportedPost(mediaIds: string[], changes: Partial<ExportItem<'posts'>> = {}): ExportItem<'posts'> {
  return {
    id: newId(),
    state: 'published',
    audience: 'public',
    commentsOff: false,
    likesHidden: false,
    caption: 'The bridge at noon',
    media: mediaIds.map((mediaId) => ({ mediaId, altText: 'A stone bridge' })),
    location: null,
    createdAt: '2026-11-23T07:00:00.000Z',
    editedAt: null,
    edits: [],
    ...changes,
  }
}
