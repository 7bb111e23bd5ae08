import { archiveLimits } from '@daguerre/contracts'
import { baseConfig, flag, integer, postgresConfig, redisConfig } from '@daguerre/kit/config'
import type { Reach } from '@daguerre/kit/public-internet'
import { z } from '@hono/zod-openapi'
import type { StorageOptions } from './storage.ts'

const webUrl = z.url({ protocol: /^https?$/ })

const storageConfig = {
  /** Not set: Amazon's own for the region. */
  S3_ENDPOINT: webUrl.optional(),
  /** Where clients reach it, for presigned URLs; S3_ENDPOINT when not set. */
  S3_PUBLIC_ENDPOINT: webUrl.optional(),
  S3_REGION: z.string().default('us-east-1'),
  S3_BUCKET: z.string().min(3).default('daguerre-media'),
  S3_ACCESS_KEY: z.string().min(1),
  S3_SECRET_KEY: z.string().min(1),
  /** `endpoint/bucket/key`, as most S3 other than Amazon's want it. */
  S3_FORCE_PATH_STYLE: flag.default(true),
}

export const configSchema = z.object({
  ...baseConfig,
  ...postgresConfig,
  ...redisConfig,
  ...storageConfig,
  /** Photos worked on at once; each may need 0.2 GB, the worst of 100 megapixels 2 GB (README). */
  MEDIA_CONCURRENCY: integer(1, 64).default(1),
  /** How long a worker that died keeps its photo. */
  MEDIA_LEASE_SECONDS: integer(3, 3600).default(30),
  /** Bits, of 64, in which what a photo looks like may differ from a blocked one that it is taken for (README). */
  MEDIA_BLOCK_DISTANCE: integer(0, 20).default(10),
  /** Uploads streamed at once; each holds about 15 MB. More are answered 503. */
  UPLOADS_MAX: integer(1, 1000).default(24),
  /** After which an upload that was never completed fails. */
  UPLOAD_EXPIRY_HOURS: integer(1, 720).default(24),
  /** Whether photos are fetched from URLs that people name: never, from the public internet, or (for tests) from this machine alone. */
  MEDIA_IMPORT: z.enum(['off', 'on', 'loopback']).default('off'),
  /** Imports fetched at once, of one person half as many; each holds about 15 MB. */
  MEDIA_IMPORT_CONCURRENCY: integer(1, 64).default(4),
  /** Exports of one person that are made in a day. */
  EXPORTS_A_DAY: integer(1, 1000).default(3),
  /** How long an export is kept: a week. */
  EXPORT_KEPT_HOURS: integer(1, 8760).default(168),
  /** How long a download by a link may begin, or be resumed: a day. */
  EXPORT_LINK_SECONDS: integer(60, 604_800).default(86_400),
  /** The largest archive that may be brought; it is kept in S3 until its posts are here. */
  ARCHIVE_MAX_BYTES: integer(1024, archiveLimits.maxBytes).default(10 * 1024 ** 3),
  /** Within which an archive must have been uploaded. */
  ARCHIVE_UPLOAD_HOURS: integer(1, 720).default(48),
  /** Photos of one archive that are taken in an hour. */
  ARCHIVE_PHOTOS_AN_HOUR: integer(1, 1_000_000).default(3600),
  /** How long a presigned URL can be used. */
  UPLOAD_URL_SECONDS: integer(60, 86_400).default(3600),
})

export type Config = z.infer<typeof configSchema>

/** What imports may dial. */
export function importReach({ MEDIA_IMPORT }: Pick<Config, 'MEDIA_IMPORT'>): Reach {
  return { internet: MEDIA_IMPORT === 'on', loopback: MEDIA_IMPORT === 'loopback' }
}

const storageSchema = z.object(storageConfig)

/** What `createStorage` wants, from the environment's names. */
export function storageOptions(config: z.infer<typeof storageSchema>): StorageOptions {
  return {
    endpoint: config.S3_ENDPOINT,
    publicEndpoint: config.S3_PUBLIC_ENDPOINT,
    region: config.S3_REGION,
    bucket: config.S3_BUCKET,
    accessKeyId: config.S3_ACCESS_KEY,
    secretAccessKey: config.S3_SECRET_KEY,
    forcePathStyle: config.S3_FORCE_PATH_STYLE,
  }
}
