import type { Media, MediaFailure, MediaState } from '@daguerre/contracts'
import { type GrantOf, withGrant } from '@daguerre/copies/photo-grants'
import type { ImageFormat } from '../image/sniff.ts'
import type { VariantName } from '../image/dimensions.ts'

export type StoredVariant = { name: VariantName; width: number; height: number; bytes: number }

/** A row of the table `media`. */
export type MediaRow = {
  id: string
  owner_id: string
  state: MediaState
  reason: MediaFailure | null
  source: 'streamed' | 'presigned' | 'imported'
  declared_bytes: number | null
  url_until: Date | null
  original_key: string | null
  bytes: number | null
  sha256: Buffer | null
  format: ImageFormat | null
  width: number | null
  height: number | null
  placeholder: string | null
  perceptual_hash: string | null
  variants: StoredVariant[]
  attempts: number
  claimable_at: Date | null
  import_url: string | null
  fetch_at: Date | null
  lease: string | null
  version: number
  created_at: Date
  finished_at: Date | null
}

// No key is a prefix of another: on a file system one would be a folder.
export function originalKey(id: string): string {
  return `originals/${id}`
}

export function variantKey(id: string, name: string): string {
  return `variants/${id}/${name}.webp`
}

/** A media as clients see it. @param grantOf for who looks, if not everybody may */
export function presentMedia(row: MediaRow, grantOf: GrantOf | null = null): Media {
  return {
    id: row.id,
    state: row.state,
    reason: row.reason,
    width: row.width,
    height: row.height,
    placeholder: row.placeholder,
    variants: row.variants.map(({ name, width, height, bytes }) => ({
      name,
      url: withGrant(`/media/${row.id}/${name}.webp`, grantOf),
      width,
      height,
      bytes,
      type: 'image/webp',
    })),
  }
}
