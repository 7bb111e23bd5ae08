import { createHash } from 'node:crypto'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { mediaLimits } from '@daguerre/contracts'
import type { Storage } from '../storage.ts'
import { originalKey } from './media-row.ts'

/** A stream that cannot become a media; nothing of it is left in S3 unless S3 itself was away. */
export class UploadRefused extends Error {
  override readonly name = 'UploadRefused'
  readonly reason: 'too_large' | 'empty'

  constructor(reason: 'too_large' | 'empty') {
    super(reason)
    this.reason = reason
  }
}

/**
 * Brings a stream to S3, counting and hashing what passes.
 * @throws UploadRefused, StorageUnavailable, or the stream's own error
 */
export async function storeStream(
  { storage }: { storage: Storage },
  id: string,
  body: Readable,
): Promise<{ bytes: number; sha256: Buffer }> {
  const hash = createHash('sha256')
  let bytes = 0
  const gauge = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes > mediaLimits.maxBytes) return done(new UploadRefused('too_large'))
      hash.update(chunk)
      done(null, chunk)
    },
    flush(done) {
      done(bytes === 0 ? new UploadRefused('empty') : null)
    },
  })
  const abort = new AbortController()
  const passing = pipeline(body, gauge).catch((error: unknown) => abort.abort(error))
  try {
    await storage.putStream(originalKey(id), gauge, abort.signal)
  } catch (error) {
    const cause = gauge.errored
    gauge.destroy()
    body.destroy()
    await passing
    throw cause ?? error
  }
  await passing
  abort.signal.throwIfAborted()
  return { bytes, sha256: hash.digest() }
}
