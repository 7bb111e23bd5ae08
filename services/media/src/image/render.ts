import { mediaLimits } from '@daguerre/contracts'
import sharp, { type Metadata, type SharpOptions } from 'sharp'
import { rgbaToThumbHash } from 'thumbhash'
import { planVariants, type Size, type VariantName } from './dimensions.ts'
import { ImageRefused } from './failure.ts'
import { formatOf } from './format-of.ts'
import { endsEarly, type ImageFormat } from './sniff.ts'

// Only the five decoders that are wanted can run at all, whatever a file makes libvips believe.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: [
    'VipsForeignLoadJpeg',
    'VipsForeignLoadPng',
    'VipsForeignLoadWebp',
    'VipsForeignLoadHeif',
    'VipsForeignLoadNsgif',
  ],
})
// Every photo is read once: a cache of operations would only hold memory.
sharp.cache(false)

const decodeTimeoutSeconds = 120
const thumbhashSide = 100

// Damage that a decoder can paint over (a stray byte between segments) is no reason to refuse a photo.
const input: SharpOptions = { failOn: 'error', limitInputPixels: mediaLimits.maxPixels, sequentialRead: true, pages: 1 }

export type Header = Size & { format: ImageFormat }
export type RenderedVariant = Size & { name: VariantName; data: Buffer }

/** An image as it is worked on: upright, sRGB, 8 bit, at most as large as the largest variant. */
export type Raster = { original: Size; pixels: Buffer; raw: { width: number; height: number; channels: 1 | 2 | 3 | 4 } }

/**
 * Reads what a file is and how large (upright), without decoding it.
 * @throws ImageRefused not_an_image, unsupported_type, truncated, too_many_pixels
 */
export async function readHeader(file: Buffer): Promise<Header> {
  const format = formatOf(file)
  let metadata: Metadata
  try {
    metadata = await sharp(file, { ...input, limitInputPixels: false }).metadata()
  } catch (error) {
    // It begins as an image and goes on as something else, or not at all.
    throw new ImageRefused(endsEarly(format, file) ? 'truncated' : 'not_an_image', error)
  }
  const { width, height } = metadata.autoOrient
  if (width * height > mediaLimits.maxPixels) throw new ImageRefused('too_many_pixels')
  if (!isFormat(metadata, format)) throw new ImageRefused('unsupported_type')
  return { format, width, height }
}

function isFormat(metadata: Metadata, format: ImageFormat): boolean {
  if (format === 'avif') return metadata.format === 'heif' && metadata.compression === 'av1'
  return metadata.format === format
}

/**
 * The one decode of a photo: turned upright, colour profile applied, nothing but pixels kept.
 * @throws ImageRefused truncated
 */
export async function decode(file: Buffer, header: Header): Promise<Raster> {
  const largest = planVariants(header).at(-1)!
  try {
    const { data, info } = await sharp(file, input)
      .timeout({ seconds: decodeTimeoutSeconds })
      .autoOrient()
      .resize({ width: largest.width, height: largest.height, fit: 'fill' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    return {
      original: { width: header.width, height: header.height },
      pixels: data,
      raw: { width: info.width, height: info.height, channels: info.channels },
    }
  } catch (error) {
    if (saysTruncated(error) || endsEarly(header.format, file)) throw new ImageRefused('truncated', error)
    throw error
  }
}

function saysTruncated(error: unknown): boolean {
  return (
    error instanceof Error && /premature end|truncated|unexpected end|end of (?:file|stream|input)/i.test(error.message)
  )
}

/** The variants one after the other, so that no more than one is in memory. */
export async function* renderVariants({ original, pixels, raw }: Raster): AsyncGenerator<RenderedVariant> {
  for (const { name, width, height } of planVariants(original)) {
    const { data, info } = await sharp(pixels, { raw, limitInputPixels: false })
      .resize(
        name === 'thumbnail'
          ? { width, height, fit: 'cover', position: sharp.strategy.attention }
          : { width, height, fit: 'fill' },
      )
      .webp({ quality: 80, alphaQuality: 90, effort: 4 })
      .toBuffer({ resolveWithObject: true })
    yield { name, width: info.width, height: info.height, data }
  }
}

/** A ThumbHash of the image, in base64. */
export async function makePlaceholder({ pixels, raw }: Raster): Promise<string> {
  const { data, info } = await sharp(pixels, { raw, limitInputPixels: false })
    .resize({ width: thumbhashSide, height: thumbhashSide, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  return Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString('base64')
}
