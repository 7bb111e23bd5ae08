import { type ReactElement, Suspense, useState } from 'react'
import type { Post } from '../../app/cache.ts'
import { useSignInFirst } from '../../app/use-sign-in-first.ts'
import { lazyPart } from '../../i18n/lazy-part.ts'
import { Icon } from '../../ui/icon.tsx'
import { Carousel } from './carousel.tsx'
import { useLike } from './mutations.ts'
import styles from './post.module.css'

const SensitiveCover = lazyPart(() =>
  import('../moderation/sensitive-cover.tsx').then(({ SensitiveCover }) => SensitiveCover),
)

/** The photos, on which two taps are a like. They only ever give one: who taps twice means it. */
export function Photos({
  post,
  ratio,
  sizes,
  priority,
  onIndex,
}: {
  post: Post
  ratio: number
  sizes: string
  priority: boolean
  onIndex: (index: number) => void
}): ReactElement {
  const [hearts, setHearts] = useState(0)
  const [isRevealed, setRevealed] = useState(false)
  const isCovered = post.sensitive === true && !isRevealed
  const signInFirst = useSignInFirst()
  const like = useLike(post)

  function onDoubleTap(): void {
    signInFirst(() => {
      setHearts((count) => count + 1)
      if (post.viewer?.liked !== true) like(true)
    })
  }

  return (
    <div className={styles.photos}>
      <Carousel
        // Without variants a photo is its placeholder.
        post={isCovered ? { ...post, media: post.media.map((photo) => ({ ...photo, variants: [] })) } : post}
        ratio={ratio}
        sizes={sizes}
        priority={priority}
        onIndex={onIndex}
        onDoubleTap={onDoubleTap}
      />
      {isCovered && (
        <Suspense>
          <SensitiveCover onShow={() => setRevealed(true)} />
        </Suspense>
      )}
      {hearts > 0 && (
        <span key={hearts} className={styles.heart} aria-hidden="true" onAnimationEnd={() => setHearts(0)}>
          <Icon name="heart" filled />
        </span>
      )}
    </div>
  )
}
