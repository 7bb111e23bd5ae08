import { Readable } from 'node:stream'
import { notFound, type Problem, problem } from '@daguerre/kit/problem'
import type { Context } from 'hono'
import { variantNames, type VariantName } from '../image/dimensions.ts'
import { variantKey } from '../media/media-row.ts'
import type { Storage, StoredObject } from '../storage.ts'
import { isNotModified, matchesIfRange, singleRange } from './conditions.ts'

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
  const key = variantKey(id.toLowerCase(), name)
  const isHead = c.req.method === 'HEAD'
  const conditions = { ifNoneMatch: c.req.header('if-none-match'), ifModifiedSince: c.req.header('if-modified-since') }
  const ifRange = c.req.header('if-range')
  let range = isHead ? undefined : singleRange(c.req.header('range'))

  // What S3 itself makes of conditions differs from one S3 to another, so it is only asked what it has.
  const isConditional = conditions.ifNoneMatch !== undefined || conditions.ifModifiedSince !== undefined
  if (isHead || isConditional || (range !== undefined && ifRange !== undefined)) {
    const head = await storage.head(key)
    if (head.outcome !== 'found') throw noSuchPicture()
    if (isNotModified(conditions, head.object)) {
      return c.body(null, 304, cacheHeaders(head.object, seconds))
    }
    if (isHead) return c.body(null, 200, fullHeaders(id, name, head.object, seconds))
    if (ifRange !== undefined && !matchesIfRange(ifRange, head.object)) range = undefined
  }

  const answer = await storage.read(key, { range, signal: c.req.raw.signal })
  if (answer.outcome === 'missing') throw noSuchPicture()
  if (answer.outcome === 'range_not_satisfiable') {
    const head = await storage.head(key)
    throw problem(416, 'media.range_not_satisfiable', 'The range is outside of the file.', {
      headers: head.outcome === 'found' ? { 'content-range': `bytes */${head.object.bytes}` } : {},
    })
  }
  const { object, body } = answer
  const contentRange = range === undefined ? undefined : object.contentRange
  return c.body(
    Readable.toWeb(body) as ReadableStream<Uint8Array<ArrayBuffer>>,
    contentRange === undefined ? 200 : 206,
    {
      ...fullHeaders(id, name, object, seconds),
      ...(contentRange !== undefined && { 'content-range': contentRange }),
    },
  )
}

/** 404 also for whom it is not. */
export function noSuchPicture(): Problem {
  return notFound('media.not_found', 'There is no such picture.')
}

function cacheHeaders({ etag, lastModified }: StoredObject, seconds: number | null): Record<string, string> {
  return {
    'cache-control':
      seconds === null ? 'public, max-age=31536000, immutable' : `private, max-age=${Math.max(0, seconds)}`,
    ...(etag !== undefined && { etag }),
    ...(lastModified && { 'last-modified': lastModified.toUTCString() }),
    'cross-origin-resource-policy': 'cross-origin',
    'x-content-type-options': 'nosniff',
  }
}

function fullHeaders(id: string, name: string, object: StoredObject, seconds: number | null): Record<string, string> {
  return {
    ...cacheHeaders(object, seconds),
    'content-type': 'image/webp',
    'content-length': String(object.bytes),
    'content-disposition': `inline; filename="${id}-${name}.webp"`,
    'accept-ranges': 'bytes',
  }
}
