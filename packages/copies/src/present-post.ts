import type { HydratedPost } from './hydrate-posts.ts'
import { type GrantOf, grantPhotos } from './photo-grants.ts'

const beforeAuthor = Buffer.from('{"author":')
const beforeCounts = Buffer.from(',"counts":')
const beforeViewer = Buffer.from(',"viewer":')
const comma = Buffer.from(',')
const nothing = Buffer.from('null')

/**
 * A post as the API shows it (`Post` of contracts), as parts of JSON in UTF-8: documents and people are kept as the bytes that
 * they are sent as, and put together without being parsed.
 * @param grantOf for whoever looks: photos that are not for everybody are fetched by it
 */
export function presentPost(
  { document: kept, isGuarded, author, counts, viewer }: HydratedPost,
  grantOf: GrantOf | null,
): Buffer[] {
  if (!kept) throw new Error('a post that is gone was presented')
  const document = isGuarded ? grantPhotos(kept, grantOf) : kept
  const added = [beforeAuthor, author ?? nothing, beforeCounts, counts ?? nothing, beforeViewer, viewer ?? nothing]
  return [...added, comma, document.subarray(1)]
}

/** A page of posts (`PostPage`) as JSON in UTF-8. */
export function presentPage(items: readonly Buffer[][], nextCursor: string | null): Buffer<ArrayBuffer> {
  const posts = items.flatMap((item, index) => (index === 0 ? item : [comma, ...item]))
  const end = `],"nextCursor":${JSON.stringify(nextCursor)}}`
  return Buffer.concat([Buffer.from('{"items":['), ...posts, Buffer.from(end)])
}
