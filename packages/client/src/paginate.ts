export interface Page<Item> {
  items: Item[]
  nextCursor: string | null
}

/** A list, item by item or page by page; nothing is asked for before it is needed. */
export interface Pages<Item> extends AsyncIterable<Item> {
  pages(): AsyncIterable<Page<Item>>
}

/** Walks a list to its end. `load` gets the cursor, null for the first page. */
export function paginate<Item>(load: (cursor: string | null) => Promise<Page<Item>>): Pages<Item> {
  async function* pages(): AsyncGenerator<Page<Item>> {
    let cursor: string | null = null
    do {
      const page: Page<Item> = await load(cursor)
      yield page
      cursor = page.nextCursor
    } while (cursor !== null)
  }
  async function* items(): AsyncGenerator<Item> {
    for await (const page of pages()) yield* page.items
  }
  return { pages, [Symbol.asyncIterator]: items }
}
