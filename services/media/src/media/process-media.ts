import { createHash } from 'node:crypto'
import { mediaLimits } from '@daguerre/contracts'
import sharp from 'sharp'
import { ImageRefused } from '../image/failure.ts'
import { hashPicture } from '../image/perceptual-hash.ts'
import { decode, makePlaceholder, readHeader, renderVariants } from '../image/render.ts'
import { type Storage, StorageUnavailable } from '../storage.ts'
import type { Ready } from './claim-media.ts'
import { originalKey, type StoredVariant, variantKey } from './media-row.ts'

/**
 * Makes the variants of a photo and stores them. Doing it twice, or twice at once, stores the same bytes under the same keys.
 * @throws ImageRefused for good; StorageUnavailable for now; anything else is unexpected
 */
export async function processMedia(
  { storage, signal }: { storage: Storage; signal: AbortSignal },
  id: string,
): Promise<Ready> {
  const file = await readOriginal(storage, id, signal)
  const header = await readHeader(file)
  signal.throwIfAborted()
  const raster = await decode(file, header)
  const variants: StoredVariant[] = []
  for await (const { name, width, height, data } of renderVariants(raster)) {
    signal.throwIfAborted()
    await storage.put(variantKey(id, name), data, 'image/webp', signal)
    variants.push({ name, width, height, bytes: data.length })
  }
  return {
    sha256: createHash('sha256').update(file).digest(),
    ...header,
    placeholder: await makePlaceholder(raster),
    perceptualHash: await hashPicture(sharp(raster.pixels, { raw: raster.raw, limitInputPixels: false })),
    variants,
  }
}

// Held in memory, 50 MB at most: a copy on disk would outlive a crash, with the places it was taken at.
async function readOriginal(storage: Storage, id: string, signal: AbortSignal): Promise<Buffer> {
  const answer = await storage.read(originalKey(id), { signal })
  if (answer.outcome !== 'found') throw new Error(`the original of ${id} is not in S3: ${answer.outcome}`)
  const { bytes } = answer.object
  if (bytes > mediaLimits.maxBytes) {
    answer.body.destroy()
    throw new ImageRefused('too_large')
  }
  const file = Buffer.alloc(bytes)
  let filled = 0
  try {
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      chunk.copy(file, filled)
      filled += chunk.length
    }
  } catch (error) {
    throw new StorageUnavailable('the original broke off', { cause: error })
  }
  if (filled !== bytes) throw new StorageUnavailable(`${filled} of ${bytes} bytes of the original came`)
  return file
}
