/** How long it takes until a post needs twice the engagement to stay where it is. */
export const halfLifeSeconds = 12 * 3600

/**
 * SQL for the rank of a post in explore: log2(1 + likes + 2 · comments) + createdAt / half-life. The order is that of (1 + likes + 2 · comments) · 2^(−age /
 * half-life), exponential decay, but nothing changes as time passes: a rank is written when a post's counts change, and read by an index.
 * A comment counts as two likes, being more work. @param counts expressions
 */
export function rankSql({
  likes,
  comments,
  createdAt,
}: {
  likes: string
  comments: string
  createdAt: string
}): string {
  return `(ln(1 + greatest(${likes}, 0) + 2 * greatest(${comments}, 0)) / ln(2) + extract(epoch from ${createdAt})::float8 / ${halfLifeSeconds})`
}
