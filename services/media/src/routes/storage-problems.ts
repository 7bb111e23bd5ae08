import { problem } from '@daguerre/kit/problem'
import { StorageUnavailable } from '../storage.ts'

/** Says 503 where S3 does not answer. */
export async function storageProblems<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof StorageUnavailable)) throw error
    throw problem(503, 'media.storage_unavailable', 'The storage does not answer. Try again.', {
      headers: { 'retry-after': '2' },
      cause: error,
    })
  }
}
