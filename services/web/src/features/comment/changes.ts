import type { Comment, CommentPages } from './queries.ts'

/** The comment as it is when the viewer likes it, or no longer does. The same object if that is so already. */
export function withLike(comment: Comment, liked: boolean): Comment {
  if (comment.viewer?.liked === liked) return comment
  const likes = Math.max(0, comment.counts.likes + (liked ? 1 : -1))
  return { ...comment, viewer: { liked }, counts: { ...comment.counts, likes } }
}

/** The comment as it is when it is let through. The same object if it is not held. */
export function withoutHold(comment: Comment): Comment {
  if (comment.held === undefined) return comment
  const { held: _, ...shown } = comment
  return shown
}

/** The list with a comment that was just made, once: a first-level one comes first, a reply last. */
export function withComment(data: CommentPages, comment: Comment): CommentPages {
  if (data.pages.some(({ items }) => items.some(({ id }) => id === comment.id))) return data
  const isReply = comment.parentId !== null
  const last = data.pages.length - 1
  // Replies behind those that are not loaded yet come with them.
  if (isReply && data.pages[last]?.nextCursor) return data
  const pages = data.pages.map((page, index) => {
    if (index !== (isReply ? last : 0)) return page
    return { ...page, items: isReply ? [...page.items, comment] : [comment, ...page.items] }
  })
  return { ...data, pages }
}

/** All comments that are loaded, each once. */
export function commentsIn(data: CommentPages | undefined): Comment[] {
  const all = (data?.pages ?? []).flatMap(({ items }) => items)
  return [...new Map(all.map((comment) => [comment.id, comment])).values()]
}
