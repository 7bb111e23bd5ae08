import type { ReactElement } from 'react'
import type { Post } from '../../app/cache.ts'
import { Windowed } from '../../ui/windowed.tsx'
import { cardHeight, PostCard } from '../post/post-card.tsx'
import { cardsOnFirstScreen } from '../post/sizes.ts'

/** Posts one below the other, of which those near the screen are drawn. */
export function PostList({ name, posts }: { name: string; posts: readonly Post[] }): ReactElement {
  const byId = new Map(posts.map((post) => [post.id, post]))
  return (
    <Windowed
      name={name}
      keys={[...byId.keys()]}
      estimate={(id, width) => {
        const post = byId.get(id)
        return post ? cardHeight(post, width) : 0
      }}
      render={(id, index) => {
        const post = byId.get(id)
        return post && <PostCard post={post} priority={index < cardsOnFirstScreen} />
      }}
    />
  )
}
