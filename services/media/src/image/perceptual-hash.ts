import sharp, { type Sharp } from 'sharp'
import sharpPhash from 'sharp-phash'

// What the package says of itself is of a module with a default export; it is a function.
const phash = sharpPhash as unknown as typeof sharpPhash.default

const side = 32
/** Less difference between its brightest and its darkest place is noise of a plain surface. */
const leastContrast = 8

/** Of a picture that has nothing to compare: one colour, or nearly. */
export const plainHash = '0'.repeat(64)

/**
 * What a picture looks like, in 64 bits: a DCT of its brightness, 32 × 32 (pHash). Other sizes, encodings, colours and a little more or less light
 * change few of them. Where it is transparent it is taken for white.
 */
export async function hashPicture(picture: Sharp): Promise<string> {
  const { data } = await picture
    .flatten({ background: '#fff' })
    .resize(side, side, { fit: 'fill' })
    .toColourspace('b-w')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  if (Math.max(...data) - Math.min(...data) < leastContrast) return plainHash
  return phash(data, { raw: { width: side, height: side, channels: 1 } })
}

/** The same of an encoded picture, of this service's own making. */
export function hashVariant(file: Buffer): Promise<string> {
  return hashPicture(sharp(file))
}
