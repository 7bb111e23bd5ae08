import type { Variant } from '@daguerre/contracts'

export type VariantName = Variant['name']
export type Size = { width: number; height: number }

/** WebP's own limit (RFC 9649: 14 bits a side). */
const webpMaxSide = 16_383
const thumbnailSide = 320

const wholes = [
  ['small', 640],
  ['medium', 1080],
  ['large', 2048],
] as const

/** The size of an image that is at most that wide (and as high as WebP allows), never enlarged. */
export function fitWidth(original: Size, maxWidth: number): Size {
  const scale = Math.min(1, maxWidth / original.width, webpMaxSide / original.height)
  return {
    width: Math.max(1, Math.round(original.width * scale)),
    height: Math.max(1, Math.round(original.height * scale)),
  }
}

/**
 * Which variants an upright image of this size gets: always `thumbnail` and `small`; `medium` and `large` only where they
 * hold more pixels than the one before. The last one is the best there is.
 */
export function planVariants(original: Size): (Size & { name: VariantName })[] {
  const side = Math.min(thumbnailSide, original.width, original.height)
  const plan: (Size & { name: VariantName })[] = [{ name: 'thumbnail', width: side, height: side }]
  let last: Size | undefined
  for (const [name, maxWidth] of wholes) {
    const size = fitWidth(original, maxWidth)
    if (last && size.width <= last.width && size.height <= last.height) break
    plan.push({ name, ...size })
    last = size
  }
  return plan
}

/** Every name that a variant can have. */
export const variantNames: readonly VariantName[] = ['thumbnail', ...wholes.map(([name]) => name)]
