import type { ArchiveFailure } from '@daguerre/contracts'
import { openArchive } from './archive/open-archive.ts'
import { readArchive } from './archive/read-archive.ts'
import { type TakeDeps, takePost } from './archive/take-post.ts'
import {
  failTransfer,
  finishTransfer,
  recordPost,
  reportProgress,
  type TransferClaim,
  waitingTransfers,
} from './transfer/claim-transfer.ts'
import { transferKey } from './transfer/transfer-row.ts'
import type { Queue } from './worker.ts'

export type ArchiveQueueOptions = TakeDeps & {
  keptHours: number
  /** Photos of one archive that are taken in an hour. */
  photosAnHour: number
}

/** Posts that are taken before others have their turn. */
const slice = 50

/** Archives whose posts are to be taken. */
export function archiveQueue(deps: ArchiveQueueOptions): Queue<TransferClaim, ArchiveFailure> {
  const { forkEm, storage, keptHours, photosAnHour } = deps
  const waiting = waitingTransfers('archive')

  /** @returns false if the lease is lost, 'more' if others have their turn now */
  async function takePosts(claim: TransferClaim, signal: AbortSignal): Promise<boolean | 'more'> {
    const { ownerId, ownerName, audience, done } = claim
    const owner = { id: ownerId, username: ownerName }
    const archive = await openArchive(storage, { key: transferKey(claim), bytes: claim.bytes, signal })
    const posts = await readArchive(archive)
    if (!(await reportProgress({ em: forkEm() }, claim, { done, total: posts.length }))) return false
    const startedAt = performance.now()
    let photos = 0
    for (let position = done; position < posts.length; position++) {
      if (position === done + slice) {
        const seconds = (photos * 3600) / photosAnHour - (performance.now() - startedAt) / 1000
        const delaySeconds = Math.max(0, seconds)
        await waiting.release({ em: forkEm() }, claim, { delaySeconds, counts: false })
        return 'more'
      }
      const outcome = await takePost(deps, archive, { owner, audience }, posts[position]!, signal)
      photos += outcome.photos
      if (!(await recordPost({ em: forkEm() }, claim, { position, ...outcome }))) return false
    }
    return true
  }

  return {
    name: 'archives',
    metrics: {
      outcomes: { name: 'media_archives_total', help: 'Turns of archives' },
      seconds: { name: 'media_archive_seconds', help: 'Time of a turn of an archive' },
      busy: { name: 'media_archives_in_work', help: 'Archives that this process takes posts of' },
    },
    ...waiting,
    async run(claim, signal) {
      // With all posts taken only the end is left, and the ZIP may be gone.
      if (claim.total === null || claim.done < claim.total) {
        const taken = await takePosts(claim, signal)
        if (taken !== true) return taken === 'more' ? 'more' : undefined
      }
      await storage.remove([transferKey(claim)])
      return (await finishTransfer({ em: forkEm() }, claim, { keptHours })) ? 'taken' : undefined
    },
    async fail(fork, claim, reason) {
      await storage.remove([transferKey(claim)])
      return failTransfer(fork, claim, reason)
    },
    reasonOf: () => ({ reason: 'processing_failed', isExpected: false }),
    delaySeconds: (attempts) => 5 ** attempts,
  }
}
