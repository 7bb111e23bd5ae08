import { Link } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import type { Post } from '../../app/cache.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Caption } from './caption.tsx'
import { Dots } from './carousel.tsx'
import { frameRatio } from './frame-ratio.ts'
import { Photos } from './photos.tsx'
import { PostActions } from './post-actions.tsx'
import { PostHead } from './post-head.tsx'
import { PostState } from './post-state.tsx'
import styles from './post.module.css'
import { sizesInCard } from './sizes.ts'

/** A post in a feed. */
export function PostCard({ post, priority }: { post: Post; priority: boolean }): ReactElement {
  const { t } = useLanguage()
  const [index, setIndex] = useState(0)
  const comments = post.counts?.comments ?? 0
  return (
    <article className={styles.card} aria-label={t('post.by', { name: post.author.displayName })} data-key-item>
      <PostHead post={post} />
      <Photos post={post} ratio={frameRatio(post)} sizes={sizesInCard} priority={priority} onIndex={setIndex} />
      <PostActions post={post}>
        <Dots index={index} count={post.media.length} />
      </PostActions>
      <PostState post={post} />
      <Caption post={post} />
      {comments > 0 && (
        <Link className={styles.allComments} to="/p/$id" params={{ id: post.id }}>
          {t('post.allComments', { count: comments })}
        </Link>
      )}
    </article>
  )
}

const aroundPhotos = 56 + 56 + 32
const lineHeight = 24

/** About how tall a card is before it was drawn. */
export function cardHeight(post: Post, width: number): number {
  const letters = Math.max(24, width / 8.2)
  const lines = post.caption
    .split('\n')
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / letters)), post.caption === '' ? -1 : 0)
  const comments = (post.counts?.comments ?? 0) > 0 ? 32 : 0
  return width / frameRatio(post) + aroundPhotos + Math.min(4, lines) * lineHeight + comments
}
