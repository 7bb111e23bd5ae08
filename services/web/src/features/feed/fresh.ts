import type { Post } from '../../app/cache.ts'
import type { PostPage, PostPages } from './queries.ts'

/**
 * The posts of `head` that a list has not got, the newest first: what was posted since, and what somebody posted earlier who
 * was followed since.
 */
export function freshPosts(data: PostPages | undefined, head: PostPage | undefined): Post[] {
  if (!data || !head) return []
  const known = new Set(data.pages.flatMap((page) => page.items.map(({ id }) => id)))
  // Behind the last one that is known may be what just was not loaded yet.
  const end = head.items.findLastIndex(({ id }) => known.has(id))
  return (end === -1 ? head.items : head.items.slice(0, end)).filter(({ id }) => !known.has(id))
}

/** The list with what `head` knows better of its posts: counts, words, what the viewer did. Nothing moves. */
export function refreshed(data: PostPages, head: PostPage): PostPages {
  const newer = new Map(head.items.map((post) => [post.id, post]))
  let isChanged = false
  const pages = data.pages.map((page) => {
    if (!page.items.some(({ id }) => newer.has(id))) return page
    const items = page.items.map((post) => {
      const now = newer.get(post.id)
      // What could not be had this time is better known from before.
      return now ? { ...now, counts: now.counts ?? post.counts, viewer: now.viewer ?? post.viewer } : post
    })
    isChanged ||= JSON.stringify(items) !== JSON.stringify(page.items)
    return { ...page, items }
  })
  return isChanged ? { ...data, pages } : data
}

/** The list as somebody sees it who comes now. */
export function renewed(head: PostPage): PostPages {
  return { pages: [head], pageParams: [null] }
}
