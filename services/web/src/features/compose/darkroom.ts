import { type Size, wholePicture } from './crop.ts'
import type { Darkroom } from './darkroom.worker.ts'
import type { HeicDecoder } from './heic.worker.ts'
import { inspect, type Refusal, takenKinds } from './photo-file.ts'
import type { Edit } from './print.ts'
import { caller } from './worker-call.ts'

const darkroom = caller<Darkroom>(
  () => new Worker(new URL('./darkroom.worker.ts', import.meta.url), { type: 'module', name: 'darkroom' }),
  60_000,
)
const heicDecoder = caller<HeicDecoder>(
  () => new Worker(new URL('./heic.worker.ts', import.meta.url), { type: 'module', name: 'heic' }),
  20_000,
)

/** The longer side of what is worked on, and of what is sent after an edit. */
const previewLongest = 1440
const printLongest = 4096

/** A picture to work on: smaller than the photo, whose size is `size`. */
export interface Preview {
  bitmap: ImageBitmap
  size: Size
}

/** Null if this browser cannot decode it; the server may. */
export async function lookAt(photo: Blob): Promise<Preview | null> {
  return await darkroom('look', { blob: photo, longest: previewLongest }).catch(() => null)
}

/** A JPEG of the photo as it is edited. @throws WorkerFailure if there is not the memory for it */
export async function print(photo: Blob, edit: Edit, longest = printLongest): Promise<Blob> {
  return (await darkroom('print', { blob: photo, edit, longest })).blob
}

/** A file as a photo that the server takes: as it is, or made a JPEG where only this browser can read it. */
export async function takePhoto(file: Blob): Promise<{ photo: Blob } | { refusal: Refusal }> {
  const { kind, refusal } = await inspect(file)
  if (refusal) return { refusal }
  if (takenKinds.has(kind)) return { photo: file }
  const whole = { crop: wholePicture, look: null }
  const photo = await print(file, whole, Infinity).catch(() => null)
  if (photo) return { photo }
  if (kind !== 'heic') return { refusal: 'unsupported' }
  const decoded = await heicDecoder('toJpeg', { blob: file }).catch(() => null)
  return decoded ? { photo: decoded.blob } : { refusal: 'unsupported' }
}
