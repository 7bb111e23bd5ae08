import { notFound, type Problem } from '@daguerre/kit/problem'
import type { Context } from 'hono'
import { variantNames, type VariantName } from '../image/dimensions.ts'
import { variantKey } from '../media/media-row.ts'
import type { Storage } from '../storage.ts'
import { deliverObject } from './deliver-object.ts'

export interface Wanted {
  id: string
  file: string
  /** For how long who asks may keep it; null: it is for everybody, and can be kept for ever. */
  seconds: number | null
}

/** Answers GET and HEAD for the bytes of a variant from S3, without asking the database: a variant never changes. */
export async function deliverVariant(c: Context, storage: Storage, { id, file, seconds }: Wanted): Promise<Response> {
  const name = file.replace(/\.webp$/, '')
  if (name === file || !variantNames.includes(name as VariantName)) throw noSuchPicture()
  return deliverObject(c, storage, {
    key: variantKey(id.toLowerCase(), name),
    headers: {
      always: {
        'cache-control':
          seconds === null ? 'public, max-age=31536000, immutable' : `private, max-age=${Math.max(0, seconds)}`,
        'cross-origin-resource-policy': 'cross-origin',
        'x-content-type-options': 'nosniff',
      },
      withBytes: {
        'content-type': 'image/webp',
        'content-disposition': `inline; filename="${id}-${name}.webp"`,
      },
    },
    unknown: noSuchPicture,
  })
}

/** 404 also for whom it is not. */
export function noSuchPicture(): Problem {
  return notFound('media.not_found', 'There is no such picture.')
}
