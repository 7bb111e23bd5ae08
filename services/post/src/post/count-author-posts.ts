import { type EntityManager, query } from '@daguerre/kit/postgres'

/** An author's count of public posts and its version, as events carry it. */
export interface AuthorPosts {
  count: number
  version: number
}

/**
 * Counts a post in (1), out (−1) or only asks (0), in the caller's transaction. The row is locked until that ends, so
 * versions rise in the order of commits; only the author's own posts, and what becomes of their account, wait for it.
 * An author of whose account alone something was heard before has version 0, and 1 from now on.
 * @returns besides, whether the author's account is open to everybody, which it stays until the transaction ends
 */
export async function countAuthorPosts(
  em: EntityManager,
  author: { authorId: string; authorUsername: string },
  change: 1 | 0 | -1,
): Promise<{ authorPosts: AuthorPosts; isOpen: boolean }> {
  const [row] = await query<AuthorPosts & { isOpen: boolean }>(
    em,
    `insert into author_stats (author_id, username, posts, version) values ($1, $2, greatest($3::int, 0), 1)
     on conflict (author_id) do update set
       posts = author_stats.posts + $3::int, version = greatest(author_stats.version + abs($3::int), 1), username = excluded.username
     returning posts as count, version, account = 'open' as "isOpen"`,
    [author.authorId, author.authorUsername, change],
  )
  if (!row) throw new Error('author_stats returned no row')
  const { isOpen, ...authorPosts } = row
  return { authorPosts, isOpen }
}
