import type { HydratedPost } from '../hydration/hydrate-posts.ts'

/**
 * A post as the API shows it (`Post` of contracts), as JSON text: documents and people are kept as the text that they are sent
 * as, and put together without being parsed.
 */
export function presentPost({ document, author, counts, viewer }: HydratedPost): string {
  return `{"author":${author},"counts":${counts ?? 'null'},"viewer":${viewer ?? 'null'},${(document ?? '{}').slice(1)}`
}

/** A page of posts (`PostPage`) as JSON text. */
export function presentPage(items: readonly string[], nextCursor: string | null): string {
  return `{"items":[${items.join(',')}],"nextCursor":${JSON.stringify(nextCursor)}}`
}
