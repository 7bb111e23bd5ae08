import type { HydratedPost } from '../hydration/hydrate-posts.ts'

/** Nobody sees it any more: post does not have it, or interaction has heard of its deletion already. */
export function isGone({ document, state }: HydratedPost): boolean {
  return document === null || state === null
}

/** What a post must be to be shown to this viewer. */
const rules: readonly ((post: HydratedPost) => boolean)[] = [(post) => !isGone(post)]

export function isVisible(post: HydratedPost): boolean {
  return rules.every((holds) => holds(post))
}
