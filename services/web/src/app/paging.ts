/** For queries of lists that come page by page: a page says where the next one begins. */
export const byCursor = {
  initialPageParam: null as string | null,
  getNextPageParam: ({ nextCursor }: { nextCursor: string | null }): string | null => nextCursor,
}

/** What to ask for one of the pages. */
export function pageOf(limit: number, cursor: string | null): { limit: number; cursor?: string } {
  return { limit, ...(cursor === null ? {} : { cursor }) }
}
