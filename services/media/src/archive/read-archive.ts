import { archiveLimits } from '@daguerre/contracts'
import type { ArchivePost } from './archive-post.ts'
import { type Archive, ArchiveRefused } from './open-archive.ts'
import { isInstagram, readInstagram } from './read-instagram.ts'
import { isOwn, readOwn } from './read-own.ts'

// Parsed, JSON takes some ten times as much memory.
const maxJsonBytes = 32 * 1024 * 1024

/** Posts of an archive, the newest first: the same list each time, as an import goes on by position. @throws ArchiveRefused */
export async function readArchive(archive: Archive): Promise<ArchivePost[]> {
  const posts = isOwn(archive)
    ? await readOwn(archive, maxJsonBytes)
    : isInstagram(archive)
      ? await readInstagram(archive, maxJsonBytes)
      : undefined
  if (!posts) throw new ArchiveRefused('archive_unknown')
  if (posts.length > archiveLimits.posts) throw new ArchiveRefused('archive_too_large')
  return posts.toSorted((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0))
}
