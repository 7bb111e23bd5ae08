import type { EntityManager } from '@daguerre/kit/postgres'
import { acceptImport, type ImportClaim, waitingImports } from './import/claim-import.ts'
import { FetchFailed, type FetchOptions } from './import/fetch-photo.ts'
import { importPhoto } from './import/import-photo.ts'
import { finishFailed } from './media/claim-media.ts'
import type { Storage } from './storage.ts'
import type { Queue } from './worker.ts'

export type ImportQueueOptions = {
  forkEm: () => EntityManager
  storage: Storage
  fetching: FetchOptions
  /** How many of one person are fetched at once, so that whoever names slow servers holds up others less. */
  mostOfOnePerson: number
  /** Hears of each photo that is here now and waits for its variants. */
  onAccepted: () => void
}

/** Photos that are to be fetched. A queue of its own: what is slow elsewhere must not hold up the work on what is here. */
export function importQueue(options: ImportQueueOptions): Queue<ImportClaim> {
  const { forkEm, storage, fetching, mostOfOnePerson, onAccepted } = options
  return {
    name: 'imports',
    metrics: {
      outcomes: { name: 'media_imported_total', help: 'Imports that have been tried' },
      seconds: { name: 'media_import_seconds', help: 'Time to fetch a photo' },
      busy: { name: 'media_imports_in_work', help: 'Imports that this process fetches' },
    },
    ...waitingImports,
    fail: finishFailed,
    passOver(held) {
      const owners = Map.groupBy(held, ({ ownerId }) => ownerId)
      return [...owners].flatMap(([ownerId, theirs]) => (theirs.length >= mostOfOnePerson ? [ownerId] : []))
    },
    async run(claim, signal) {
      const stored = await importPhoto({ storage, fetching, signal }, claim)
      if (!(await acceptImport({ em: forkEm() }, claim, stored))) return undefined
      onAccepted()
      return 'fetched'
    },
    reasonOf: (error) =>
      error instanceof FetchFailed
        ? { reason: 'import_unreachable', isExpected: true }
        : { reason: 'processing_failed', isExpected: false },
    // 5 and 25 s: long enough for a server that is restarted.
    delaySeconds: (attempts) => 5 ** attempts,
  }
}
