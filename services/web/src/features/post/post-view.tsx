import { type CSSProperties, type ReactElement, type ReactNode, useState } from 'react'
import type { Post } from '../../app/cache.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { ratioOf } from '../../ui/photo.tsx'
import { Caption } from './caption.tsx'
import { Dots } from './carousel.tsx'
import { Photos } from './photos.tsx'
import { PostActions } from './post-actions.tsx'
import { PostHead } from './post-head.tsx'
import { PostState } from './post-state.tsx'
import post from './post.module.css'
import styles from './post-view.module.css'

const sizes = '(min-width: 75rem) calc(100vw - 41rem), (min-width: 60rem) calc(100vw - 30rem), 100vw'

/** A post on its own page: its photos as large as the screen lets them be, beside them what is said. */
export function PostView({
  post: shown,
  onComment,
  children,
}: {
  post: Post
  onComment: () => void
  children: ReactNode
}): ReactElement {
  const { t } = useLanguage()
  const [index, setIndex] = useState(0)
  const [first] = shown.media
  const ratio = Math.min(3, Math.max(0.6, first ? ratioOf(first) : 1))
  const described = shown.media.filter(({ altText }) => altText !== '')
  return (
    <article className={styles.view} data-key-item>
      <div className={styles.photos}>
        <div className={styles.fit} style={{ '--ratio': ratio } as CSSProperties}>
          <Photos post={shown} ratio={ratio} sizes={sizes} priority onIndex={setIndex} />
        </div>
      </div>
      <div className={styles.head}>
        <PostHead post={shown} isOpen />
      </div>
      <div className={styles.words}>
        <PostActions post={shown} onComment={onComment}>
          <Dots index={index} count={shown.media.length} />
        </PostActions>
        <PostState post={shown} />
        <Caption post={shown} isWhole />
        {described.length > 0 && (
          <details className={styles.descriptions}>
            <summary>{t('post.descriptions', { count: described.length })}</summary>
            <ol>
              {described.map(({ id, altText }) => (
                <li key={id} dir="auto">
                  {altText}
                </li>
              ))}
            </ol>
          </details>
        )}
        {children}
      </div>
    </article>
  )
}

/** Where a post will be. */
export function PostViewSkeleton(): ReactElement {
  return (
    <div className={styles.view} aria-hidden="true">
      <div className={styles.photos}>
        <div className={`${styles.fit} ${styles.ghost}`} />
      </div>
      <div className={`${styles.head} ${post.head}`} />
    </div>
  )
}
