import sharp from 'sharp'
import { pathOf } from '../../tools/demo/make-picture.ts'
import type { Photograph } from '../../tools/demo/photographs.ts'

/** As large as a telephone takes them: 4000 × 3000. */
export async function makeLargePhoto(photograph: Photograph): Promise<Buffer> {
  return await sharp(pathOf(photograph)).resize(4000, 3000, { fit: 'cover' }).jpeg({ quality: 90 }).toBuffer()
}
