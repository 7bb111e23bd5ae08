import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { ImageRefused } from '../image/failure.ts'
import { photoBytes } from '../image/photo-bytes.ts'
import { storeStream, UploadRefused } from '../media/store-stream.ts'
import type { Storage } from '../storage.ts'
import { FetchFailed, type FetchOptions, fetchPhoto } from './fetch-photo.ts'

/**
 * Brings what is at a URL to S3, as the original of a media. Twice does no harm: the later bytes take the place of the earlier.
 * @throws ImageRefused for good; FetchFailed, StorageUnavailable for now
 */
export async function importPhoto(
  { storage, fetching, signal }: { storage: Storage; fetching: FetchOptions; signal: AbortSignal },
  { id, url }: { id: string; url: string },
): Promise<{ bytes: number; sha256: Buffer }> {
  const response = await fetchPhoto(fetching, url, signal)
  try {
    return await storeStream({ storage }, id, Readable.from(photoBytes(bytesOf(response)), { objectMode: false }))
  } catch (error) {
    throw error instanceof UploadRefused ? new ImageRefused('too_large', error) : error
  } finally {
    response.destroy()
  }
}

async function* bytesOf(response: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    yield* response as AsyncIterable<Buffer>
  } catch (error) {
    throw new FetchFailed('it broke off', { cause: error })
  }
}
