import { exportFormat, ExportManifest, exportSections, exportVersion } from '@daguerre/contracts'
import { z } from '@hono/zod-openapi'
import type { ArchivePost } from './archive-post.ts'
import { type Archive, ArchiveRefused } from './open-archive.ts'

const manifestBytes = 1024 * 1024

/** Whether this is an export of Daguerre. */
export function isOwn(archive: Archive): boolean {
  return archive.entries.has('export.json')
}

/** Posts of an export, as docs/export-format.md describes it. @throws ArchiveRefused */
export async function readOwn(archive: Archive, maxBytes: number): Promise<ArchivePost[]> {
  const manifest = ExportManifest.safeParse(await jsonOf(archive, 'export.json', manifestBytes))
  if (!manifest.success) throw new ArchiveRefused('archive_unknown')
  if (manifest.data.version > exportVersion) throw new ArchiveRefused('archive_version')
  const files = new Map<string, string>()
  for (const item of await itemsOf(archive, 'data/media.json', maxBytes)) {
    const media = exportSections.media.item.safeParse(item)
    if (media.success && media.data.file !== null) files.set(media.data.id, media.data.file)
  }
  const posts = await itemsOf(archive, 'data/posts.json', maxBytes)
  return posts.flatMap((item): ArchivePost[] => {
    const post = exportSections.posts.item.safeParse(item)
    if (!post.success) return []
    const { id, state, audience, commentsOff, likesHidden, caption, media, location, createdAt } = post.data
    const isPublished = state === 'published'
    return [
      {
        source: `${exportFormat} ${id}`,
        originalId: id,
        createdAt: new Date(createdAt),
        audience,
        commentsOff,
        likesHidden,
        caption,
        location,
        photos: isPublished
          ? media.map(({ mediaId, altText }) => ({ path: files.get(mediaId) ?? mediaId, altText }))
          : [],
        omitted: isPublished ? [] : [{ file: null, reason: 'never_published' }],
      },
    ]
  })
}

async function itemsOf(archive: Archive, path: string, maxBytes: number): Promise<unknown[]> {
  const file = z.object({ items: z.array(z.unknown()) }).safeParse(await jsonOf(archive, path, maxBytes))
  if (!file.success) throw new ArchiveRefused('archive_unknown')
  return file.data.items
}

async function jsonOf(archive: Archive, path: string, maxBytes: number): Promise<unknown> {
  const entry = archive.entries.get(path)
  if (!entry) throw new ArchiveRefused('archive_unknown')
  const text = await archive.text(entry, maxBytes)
  try {
    return JSON.parse(text)
  } catch {
    throw new ArchiveRefused('archive_damaged')
  }
}
