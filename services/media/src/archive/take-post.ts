import { setTimeout as sleep } from 'node:timers/promises'
import { Readable } from 'node:stream'
import { type Audience, type Location as PostLocation, Location, OmissionReason, postLimits } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { ImageRefused } from '../image/failure.ts'
import { photoBytes } from '../image/photo-bytes.ts'
import { acceptUpload } from '../media/accept-upload.ts'
import { dropUpload } from '../media/drop-uploads.ts'
import { findAllMedia } from '../media/find-media.ts'
import { originalKey } from '../media/media-row.ts'
import { storeStream, UploadRefused } from '../media/store-stream.ts'
import type { TransferNeighbours } from '../transfer-neighbours.ts'
import { type Storage, StorageUnavailable } from '../storage.ts'
import type { PostOutcome } from '../transfer/claim-transfer.ts'
import type { ArchivePost } from './archive-post.ts'
import { cleanText } from './clean-text.ts'
import { deriveId } from './derive-id.ts'
import type { Archive } from './open-archive.ts'

export type TakeDeps = {
  forkEm: () => EntityManager
  storage: Storage
  neighbours: Pick<TransferNeighbours, 'postRefs' | 'importPost'>
  /** Hears of each photo that waits for its variants. */
  onAccepted: () => void
  now: () => Date
}

const pollMs = 100
const dayMs = 86_400_000

/**
 * Takes one post of an archive: its photos, as uploads, then the post itself, when they are ready. Its ids are derived, so that doing it again, in the
 * middle or whole, changes nothing.
 * @param audience of posts of which the archive does not say it
 * @throws StorageUnavailable, NeighbourError
 */
export async function takePost(
  deps: TakeDeps,
  archive: Archive,
  { owner, audience }: { owner: { id: string; username: string }; audience: Audience },
  post: ArchivePost,
  signal: AbortSignal,
): Promise<PostOutcome & { photos: number }> {
  const at = post.createdAt
  const omissions: PostOutcome['omissions'] = []
  function omit(file: string | null, reason: OmissionReason): void {
    const isTime = at !== null && !Number.isNaN(at.getTime())
    omissions.push({ at: isTime ? at.toISOString() : null, file: file?.slice(0, 500) ?? null, reason })
  }
  for (const { file, reason } of post.omitted) omit(file, reason)
  // Also no NaN passes.
  if (at === null || !(at.getTime() >= 0 && at.getTime() <= deps.now().getTime() + dayMs)) {
    omit(null, 'time_unknown')
    return { isHere: false, omissions, photos: 0 }
  }
  if (post.photos.length === 0) {
    if (omissions.length === 0) omit(null, 'no_photo')
    return { isHere: false, omissions, photos: 0 }
  }
  const id = deriveId(at, owner.id, 'post', post.source)
  const known = await whatIsKnown(deps, owner.id, id, post.originalId)
  if (known === 'here') return { isHere: true, omissions, photos: 0 }
  if (known === 'deleted') {
    omit(null, 'post_deleted')
    return { isHere: false, omissions, photos: 0 }
  }

  const stored: { mediaId: string; path: string; altText: string }[] = []
  for (const [index, { path, altText }] of post.photos.entries()) {
    signal.throwIfAborted()
    if (index >= postLimits.media) {
      omit(path, 'too_many_photos')
      continue
    }
    const mediaId = deriveId(at, owner.id, 'photo', post.source, String(index))
    const refusal = await storePhoto(deps, archive, { mediaId, ownerId: owner.id, path })
    if (refusal) {
      omit(path, refusal)
      continue
    }
    const cleaned = cleanText(altText, postLimits.altTextLength)
    if (cleaned.isShortened) omit(path, 'alt_text_shortened')
    stored.push({ mediaId, path, altText: cleaned.text })
  }
  const media: { mediaId: string; altText: string }[] = []
  const failures = await untilWorkedOn(
    deps.forkEm,
    stored.map(({ mediaId }) => mediaId),
    signal,
  )
  for (const { mediaId, path, altText } of stored) {
    const failure = failures.get(mediaId)
    if (failure === undefined) media.push({ mediaId, altText })
    else omit(path, OmissionReason.safeParse(failure).data ?? 'processing_failed')
  }
  if (media.length === 0) return { isHere: false, omissions, photos: stored.length }

  const caption = cleanText(post.caption, postLimits.captionLength)
  if (caption.isShortened) omit(null, 'caption_shortened')
  const outcome = await deps.neighbours.importPost({
    id,
    authorId: owner.id,
    authorUsername: owner.username,
    audience: post.audience ?? audience,
    ...(post.commentsOff && { commentsOff: true }),
    ...(post.likesHidden && { likesHidden: true }),
    caption: caption.text,
    media,
    location: locationOf(post.location),
    createdAt: at.toISOString(),
  })
  if (outcome === 'deleted') omit(null, 'post_deleted')
  return { isHere: outcome !== 'deleted', omissions, photos: stored.length }
}

function locationOf(given: ArchivePost['location']): PostLocation | null {
  return Location.safeParse(given).data ?? null
}

/** A post may be here by the id that it had, if it was never away, or by that of an earlier import. */
async function whatIsKnown(
  { neighbours }: TakeDeps,
  ownerId: string,
  id: string,
  originalId: string | undefined,
): Promise<'here' | 'deleted' | 'nothing'> {
  const refs = await neighbours.postRefs(originalId === undefined ? [id] : [id, originalId])
  const own = refs.filter(({ authorId }) => authorId === ownerId)
  if (own.some(({ state }) => state !== 'deleted')) return 'here'
  // What was deleted under the id that it had may come back; what was brought and deleted then stays so.
  return own.some((ref) => ref.id === id) ? 'deleted' : 'nothing'
}

/** Brings a photo of the archive to where uploads are. @returns why it cannot be one */
async function storePhoto(
  deps: TakeDeps,
  archive: Archive,
  { mediaId, ownerId, path }: { mediaId: string; ownerId: string; path: string },
): Promise<OmissionReason | undefined> {
  const entry = archive.entries.get(path)
  if (!entry) return 'file_missing'
  if (!entry.isReadable) return 'file_unreadable'
  const em = deps.forkEm()
  await query(
    em,
    `insert into media (id, owner_id, state, source, original_key) values (?, ?, 'uploading', 'streamed', ?)
     on conflict (id) do nothing`,
    [mediaId, ownerId, originalKey(mediaId)],
  )
  const [row] = await findAllMedia({ em }, [mediaId])
  if (row?.owner_id !== ownerId) return 'processing_failed'
  if (row.state === 'failed' && row.bytes === null)
    throw new StorageUnavailable('what is left of a try is removed first')
  if (row.state !== 'uploading') return undefined
  try {
    const body = Readable.from(photoBytes(await archive.open(entry)), { objectMode: false })
    const stored = await storeStream(deps, mediaId, body)
    if (await acceptUpload({ em }, { id: mediaId, ...stored })) deps.onAccepted()
    return undefined
  } catch (error) {
    if (error instanceof StorageUnavailable) throw error
    await dropUpload({ em, storage: deps.storage }, mediaId)
    if (error instanceof ImageRefused) return OmissionReason.safeParse(error.reason).data ?? 'not_an_image'
    if (error instanceof UploadRefused) return error.reason === 'too_large' ? 'too_large' : 'not_an_image'
    return 'file_unreadable'
  }
}

/** Waits until photos are ready or have failed: an archive has but one post in the queue, so that it holds up nobody. @returns why those failed that did */
async function untilWorkedOn(
  forkEm: () => EntityManager,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, string>> {
  for (;;) {
    const rows = await findAllMedia({ em: forkEm() }, ids)
    if (rows.every(({ state }) => state === 'ready' || state === 'failed')) {
      return new Map(rows.flatMap(({ id, reason }) => (reason === null ? [] : [[id, reason]])))
    }
    await sleep(pollMs, undefined, { signal })
  }
}
