import { z } from '@hono/zod-openapi'

export const mediaLimits = { maxBytes: 50 * 1024 * 1024, maxPixels: 100_000_000, urlLength: 2000 } as const

export const MediaState = z.enum(['uploading', 'processing', 'ready', 'failed'])
export type MediaState = z.infer<typeof MediaState>

/** Why a media failed; stable codes. Those of an import are told in the description of `POST /api/v1/media/import`. */
export const MediaFailure = z.enum([
  'not_an_image',
  'unsupported_type',
  'truncated',
  'too_many_pixels',
  'too_large',
  'upload_expired',
  'processing_failed',
  'blocked',
  'import_address',
  'import_redirects',
  'import_not_found',
  'import_unreachable',
])
export type MediaFailure = z.infer<typeof MediaFailure>

/**
 * What a picture looks like, in 64 bits: of pictures that look the same few of them differ. All zeros: nothing is on it that could be compared.
 */
export const PerceptualHash = z.string().regex(/^[01]{64}$/)

export const Variant = z
  .object({
    name: z.enum(['thumbnail', 'small', 'medium', 'large']).openapi({
      description: 'thumbnail: 320 × 320 cut; small, medium, large: at most 640, 1080, 2048 wide, never enlarged.',
    }),
    url: z.string().openapi({
      description:
        'A path. With a `grant` it is for this session alone, and ends after some minutes: it is not to be kept.',
    }),
    width: z.int(),
    height: z.int(),
    bytes: z.int(),
    type: z.literal('image/webp'),
  })
  .openapi('Variant')
export type Variant = z.infer<typeof Variant>

export const Media = z
  .object({
    id: z.uuid(),
    state: MediaState,
    reason: MediaFailure.nullable(),
    width: z.int().nullable().openapi({ description: 'Pixels of the upright original.' }),
    height: z.int().nullable(),
    placeholder: z.string().nullable().openapi({ description: 'ThumbHash, base64.' }),
    variants: z.array(Variant),
  })
  .openapi('Media')
export type Media = z.infer<typeof Media>

/** The picture of a person, as small as lists need it. */
export const Avatar = z
  .object({ mediaId: z.uuid(), url: z.string(), width: z.int(), height: z.int(), placeholder: z.string().nullable() })
  .openapi('Avatar')
export type Avatar = z.infer<typeof Avatar>
