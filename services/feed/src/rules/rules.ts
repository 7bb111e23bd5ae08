import type { HydratedPost } from '@daguerre/copies/hydrate-posts'

/** Nobody sees it any more. */
export function isGone({ document }: HydratedPost): boolean {
  return document === null
}

/** What a post must be to be shown to this viewer in a feed. */
const rules: readonly ((post: HydratedPost) => boolean)[] = [(post) => !isGone(post), (post) => !post.isMuted]

export function isVisible(post: HydratedPost): boolean {
  return rules.every((holds) => holds(post))
}
