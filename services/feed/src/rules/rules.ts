import type { HydratedPost } from '@daguerre/copies/hydrate-posts'

/** What a post must be to be shown to this viewer in a feed. */
const rules: readonly ((post: HydratedPost) => boolean)[] = [(post) => post.document !== null, (post) => !post.isMuted]

export function isVisible(post: HydratedPost): boolean {
  return rules.every((holds) => holds(post))
}
