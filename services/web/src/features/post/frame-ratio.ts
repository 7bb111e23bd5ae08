import type { Post } from '../../app/cache.ts'
import { ratioOf } from '../../ui/photo.tsx'

// Nothing taller than a phone, nothing flatter than a strip: what is beyond lies on a mat, uncut.
const tallest = 4 / 5
const flattest = 1.91

/** Width by height of what a post's photos are shown in: the first one's own, where that can be. */
export function frameRatio({ media }: Pick<Post, 'media'>): number {
  const [first] = media
  return first ? Math.min(flattest, Math.max(tallest, ratioOf(first))) : 1
}
