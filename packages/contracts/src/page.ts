import { z } from '@hono/zod-openapi'

/** A page of a list: `nextCursor` is null at the end. */
export function Page<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() })
}

export interface Page<Item> {
  items: Item[]
  nextCursor: string | null
}
