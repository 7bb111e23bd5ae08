import type { Post } from '../../app/cache.ts'

/** The post as it is when the viewer likes it, or no longer does. The same object if that is so already. */
export function withLike(post: Post, liked: boolean): Post {
  if (post.viewer?.liked === liked) return post
  return {
    ...post,
    viewer: { saved: false, ...post.viewer, liked },
    counts: post.counts && { ...post.counts, likes: counted(post.counts.likes, liked ? 1 : -1) },
  }
}

/** What its author has hidden stays so. */
function counted(likes: number | null, by: number): number | null {
  return likes === null ? null : Math.max(0, likes + by)
}

export function withSave(post: Post, saved: boolean): Post {
  return post.viewer?.saved === saved ? post : { ...post, viewer: { liked: false, ...post.viewer, saved } }
}
