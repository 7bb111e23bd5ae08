import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import { z } from '@hono/zod-openapi'
import { problem } from './problem.ts'
import { deriveKeys, type Secrets } from './secret.ts'

const macBytes = 12

/** Makes and reads opaque cursors, signed and bound to what they were made for. */
export type CursorCodec = {
  /** @param scope the list and the viewer, e.g. `user-posts:<userId>:<viewerId>` */
  encode(scope: string, position: unknown): string
  /** @throws Problem 400 `cursor.invalid` if invented, changed, or made for another scope */
  decode<T>(scope: string, cursor: string, positionSchema: z.ZodType<T>): T
}

/** @param secrets the service's configuration; all replicas must have the same */
export function createCursorCodec(secrets: Secrets): CursorCodec {
  // A page of a feed pays for it: given as bytes, a key takes five times as long as all the rest of a MAC.
  let derived: KeyObject[] | undefined
  function keys(): KeyObject[] {
    derived ??= deriveKeys(secrets, 'daguerre/cursor').map((key) => createSecretKey(key))
    return derived
  }

  function mac(key: KeyObject, scope: string, payload: Buffer): Buffer {
    return createHmac('sha256', key).update(scope).update('\0').update(payload).digest().subarray(0, macBytes)
  }

  return {
    encode(scope, position) {
      const payload = Buffer.from(JSON.stringify(position))
      return Buffer.concat([mac(keys()[0]!, scope, payload), payload]).toString('base64url')
    },
    decode(scope, cursor, positionSchema) {
      const bytes = Buffer.from(cursor, 'base64url')
      const payload = bytes.subarray(macBytes)
      const given = bytes.subarray(0, macBytes)
      if (bytes.length > macBytes && keys().some((key) => timingSafeEqual(given, mac(key, scope, payload)))) {
        const position = positionSchema.safeParse(JSON.parse(payload.toString()))
        if (position.success) return position.data
      }
      throw problem(400, 'cursor.invalid', 'The cursor is not one of this list; start again without it.', {
        errors: [{ parameter: 'cursor', detail: 'is not a cursor of this list' }],
      })
    },
  }
}

/** Query parameters of a list: spread into `z.strictObject({ ...pageQuery })`. */
export const pageQuery = {
  limit: z
    .string()
    .regex(/^\d{1,4}$/, 'must be a whole number from 1 to 100')
    .transform(Number)
    .pipe(z.number().int().min(1).max(100))
    .default(20)
    .openapi({ type: 'integer', minimum: 1, maximum: 100, default: 20 }),
  cursor: z.string().min(1).max(500).optional(),
}

/** So many questions fill a page: where thousands in a row are not shown it is short, and goes on where it ended. */
const mostRounds = 20

/**
 * A page of a list of which not everything is shown to everybody: more is read until it is full or the list ends.
 * @param read the next so many rows after one, or from the beginning
 * @param show those of them that are shown, in their order
 * @param isOver after what was shown last: the page ends here, full or not
 * @returns `last`: the row to go on after; null at the end
 */
export async function fillPage<Row>(
  read: (after: Row | null, limit: number) => Promise<readonly Row[]>,
  show: (rows: readonly Row[]) => Promise<readonly Row[]>,
  limit: number,
  isOver: () => boolean = () => false,
): Promise<{ items: Row[]; last: Row | null }> {
  const items: Row[] = []
  let after: Row | null = null
  for (let round = 0; round < mostRounds; round++) {
    // One more tells whether there are more.
    const found = await read(after, limit + 1)
    const looked = found.slice(0, limit)
    for (const row of await show(looked)) {
      items.push(row)
      if (items.length === limit) return { items, last: row === looked.at(-1) && found.length <= limit ? null : row }
    }
    after = looked.at(-1) ?? null
    if (found.length <= limit) return { items, last: null }
    if (isOver()) break
  }
  return { items, last: after }
}

/**
 * Cuts a page from rows that were asked for with `limit + 1`.
 * @param position makes the cursor of the last item shown
 */
export function page<T>(
  rows: readonly T[],
  limit: number,
  position: (last: T) => string,
): { items: T[]; nextCursor: string | null } {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last !== undefined ? position(last) : null }
}

type Query = { limit: number; cursor?: string | undefined }
type Page<Row> = { items: Row[]; nextCursor: string | null }

/** Where a row stands in its list, and what such a place looks like. */
export type PlaceOf<Row, Place> = { schema: z.ZodType<Place>; of: (row: Row) => Place }

const byId: PlaceOf<{ id: string }, string> = { schema: z.uuid(), of: ({ id }) => id }

/**
 * A page of a list of which all is shown.
 * @param scope as that of a cursor
 * @param read so many rows after a place, or from the beginning
 * @param place by `id`, if nothing is said
 */
export async function readPage<Row extends { id: string }>(
  cursors: CursorCodec,
  scope: string,
  query: Query,
  read: (after: string | null, limit: number) => Promise<readonly Row[]>,
): Promise<Page<Row>>
export async function readPage<Row, Place>(
  cursors: CursorCodec,
  scope: string,
  query: Query,
  read: (after: Place | null, limit: number) => Promise<readonly Row[]>,
  place: PlaceOf<Row, Place>,
): Promise<Page<Row>>
export async function readPage(
  cursors: CursorCodec,
  scope: string,
  { limit, cursor }: Query,
  read: (after: never, limit: number) => Promise<readonly unknown[]>,
  place: PlaceOf<never, unknown> = byId,
): Promise<Page<unknown>> {
  const after = cursor === undefined ? null : cursors.decode(scope, cursor, place.schema)
  return page(await read(after as never, limit + 1), limit, (last) => cursors.encode(scope, place.of(last as never)))
}
