import { Readable } from 'node:stream'
import { type Problem, problem } from '@daguerre/kit/problem'
import type { Context } from 'hono'
import type { Storage, StoredObject } from '../storage.ts'
import { isNotModified, matchesIfRange, singleRange } from './conditions.ts'

export type Delivery = {
  key: string
  /** What is said of the object with its bytes and without; ETag and date are said anyway. */
  headers: { always: Record<string, string>; withBytes: Record<string, string> }
  unknown: () => Problem
}

/** Answers GET and HEAD for the bytes of an object: whole, or a single range, or not at all if the client has them. */
export async function deliverObject(
  c: Context,
  storage: Storage,
  { key, headers, unknown }: Delivery,
): Promise<Response> {
  const isHead = c.req.method === 'HEAD'
  const conditions = { ifNoneMatch: c.req.header('if-none-match'), ifModifiedSince: c.req.header('if-modified-since') }
  const ifRange = c.req.header('if-range')
  let range = isHead ? undefined : singleRange(c.req.header('range'))

  // What S3 itself makes of conditions differs from one S3 to another, so it is only asked what it has.
  const isConditional = conditions.ifNoneMatch !== undefined || conditions.ifModifiedSince !== undefined
  if (isHead || isConditional || (range !== undefined && ifRange !== undefined)) {
    const head = await storage.head(key)
    if (head.outcome !== 'found') throw unknown()
    if (isNotModified(conditions, head.object)) return c.body(null, 304, validators(head.object))
    if (isHead) return c.body(null, 200, full(head.object))
    if (ifRange !== undefined && !matchesIfRange(ifRange, head.object)) range = undefined
  }

  const answer = await storage.read(key, { range, signal: c.req.raw.signal })
  if (answer.outcome === 'missing') throw unknown()
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
    { ...full(object), ...(contentRange !== undefined && { 'content-range': contentRange }) },
  )

  function validators({ etag, lastModified }: StoredObject): Record<string, string> {
    return {
      ...headers.always,
      ...(etag !== undefined && { etag }),
      ...(lastModified && { 'last-modified': lastModified.toUTCString() }),
    }
  }

  function full(object: StoredObject): Record<string, string> {
    return {
      ...validators(object),
      ...headers.withBytes,
      'content-length': String(object.bytes),
      'accept-ranges': 'bytes',
    }
  }
}
