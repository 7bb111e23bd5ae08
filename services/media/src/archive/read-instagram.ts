import { z } from '@hono/zod-openapi'
import type { ArchivePost } from './archive-post.ts'
import { hasEncodingFault, mend } from './mend-encoding.ts'
import { type Archive, type ArchiveEntry, ArchiveRefused } from './open-archive.ts'

const postsFile = /(?:^|\/)posts_\d+\.json$/
const film = /\.(?:mp4|mov|webm|m4v)$/i

// Only what is read here, and each part of it may be missing: the format is nobody's promise.
const text = z.string().optional().catch(undefined)
const seconds = z.number().optional().catch(undefined)
const InstagramMedia = z.object({
  uri: z.string(),
  title: text,
  creation_timestamp: seconds,
  alt_text: text,
  accessibility_caption: text,
})
const InstagramPost = z.object({
  title: text,
  creation_timestamp: seconds,
  media: z.array(z.unknown()).catch([]),
})

/** Whether this is an archive of Instagram, in JSON. */
export function isInstagram(archive: Archive): boolean {
  return [...archive.entries.keys()].some((path) => postsFile.test(path))
}

/** Posts of an Instagram archive. @throws ArchiveRefused */
export async function readInstagram(archive: Archive, maxBytes: number): Promise<ArchivePost[]> {
  const posts: ArchivePost[] = []
  let left = maxBytes
  for (const [path, entry] of archive.entries) {
    if (!postsFile.test(path)) continue
    const json = await archive.text(entry, left)
    left -= entry.uncompressedSize
    posts.push(...postsOf(parse(json), path, archive.entries))
  }
  return posts
}

function parse(json: string): unknown[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(json)
  } catch {
    throw new ArchiveRefused('archive_damaged')
  }
  const list = z.array(z.unknown()).safeParse(parsed)
  if (!list.success) throw new ArchiveRefused('archive_unknown')
  return list.data
}

function postsOf(items: unknown[], path: string, entries: Archive['entries']): ArchivePost[] {
  const found = items.flatMap((item) => {
    const post = InstagramPost.safeParse(item)
    if (!post.success) return []
    const media = post.data.media.flatMap((one) => InstagramMedia.safeParse(one).data ?? [])
    return [{ ...post.data, media }]
  })
  const isFaulty = hasEncodingFault(
    found.flatMap(({ title, media }) => [
      title ?? '',
      ...media.flatMap((one) => [one.title ?? '', one.alt_text ?? '', one.accessibility_caption ?? '']),
    ]),
  )
  function meant(given: string | undefined): string {
    return (isFaulty && given !== undefined && mend(given)) || (given ?? '')
  }
  return found.map(({ title, creation_timestamp: time, media }) => {
    const [first] = media
    const at = time ?? first?.creation_timestamp
    const createdAt = at === undefined || !Number.isFinite(at) ? null : new Date(at * 1000)
    const located = media.map((one) => ({ ...one, entry: entryOf(one.uri, path, entries) }))
    const photos = located.filter(({ uri }) => !film.test(uri))
    return {
      // What the photos are, not what they are called: a later archive may name them otherwise.
      source: ['instagram', at, ...photos.map(({ uri, entry }) => entry?.crc32 ?? uri)].join(' '),
      createdAt,
      // A private account there would be public here.
      audience: null,
      // A post of one photo has its words with the photo.
      caption: meant(title ?? first?.title),
      location: null,
      photos: photos.map(({ uri, entry, ...one }) => ({
        path: entry?.fileName ?? uri,
        altText: meant(one.alt_text ?? one.accessibility_caption),
      })),
      omitted: located.filter(({ uri }) => film.test(uri)).map(({ uri }) => ({ file: uri, reason: 'video' as const })),
    }
  })
}

/** Paths in it begin where the archive does, which may be a folder within the ZIP. */
function entryOf(uri: string, path: string, entries: Archive['entries']): ArchiveEntry | undefined {
  const folders = path.split('/').slice(0, -1)
  for (let depth = 0; depth <= folders.length; depth++) {
    const entry = entries.get([...folders.slice(0, depth), uri].join('/'))
    if (entry) return entry
  }
  return undefined
}
