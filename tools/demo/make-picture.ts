import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import type { Crop, Photograph, PictureSource, Tone } from './photographs.ts'

const require = createRequire(import.meta.url)

/** Where a photograph lies on this disk. */
export function pathOf(photograph: Photograph): string {
  return join(dirname(require.resolve(`${photograph.package}/package.json`)), photograph.file)
}

/**
 * Cuts and prints a picture; the same bytes each time. Small details are enlarged, but never more than twice: beyond
 * that one sees the scan, not the picture.
 * @returns a JPEG of at most `longestSide` pixels a side, without metadata
 */
export async function makePicture(
  source: Pick<PictureSource, 'photograph' | 'crop' | 'tone'>,
  { longestSide = 1080 } = {},
): Promise<Buffer> {
  const image = sharp(pathOf(source.photograph))
  const { width, height } = await image.metadata()
  const area = areaOf(source.crop, width, height)
  const scale = Math.min(2, longestSide / Math.max(area.width, area.height))
  const cut = image
    .extract(area)
    .resize(Math.round(area.width * scale), Math.round(area.height * scale), { fit: 'fill' })
    .toColourspace('srgb')
  return await printed(cut, source.tone).jpeg({ quality: 86 }).toBuffer()
}

/** A square of the middle of a view, for a profile. */
export async function makeAvatar({ photograph, crop }: Pick<PictureSource, 'photograph' | 'crop'>): Promise<Buffer> {
  const image = sharp(pathOf(photograph))
  const { width, height } = await image.metadata()
  return await image
    .extract(areaOf(crop, width, height))
    .resize(400, 400, { fit: 'cover' })
    .jpeg({ quality: 86 })
    .toBuffer()
}

function areaOf([left, top, width, height]: Crop, fullWidth: number, fullHeight: number) {
  const x = Math.round(left * fullWidth)
  const y = Math.round(top * fullHeight)
  return {
    left: x,
    top: y,
    width: Math.min(Math.round(width * fullWidth), fullWidth - x),
    height: Math.min(Math.round(height * fullHeight), fullHeight - y),
  }
}

// `tint` keeps the lightness and takes the colour of all else; after `greyscale` it would do nothing.
function printed(image: Sharp, tone: Tone | null): Sharp {
  if (tone === 'silver') return image.greyscale().linear(1.12, -12)
  if (tone === 'sepia') return image.tint({ r: 142, g: 110, b: 80 })
  if (tone === 'blue') return image.tint({ r: 40, g: 88, b: 160 })
  return image
}
