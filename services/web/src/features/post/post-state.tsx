import type { ReactElement } from 'react'
import type { Post } from '../../app/cache.ts'
import { type MessageId, useLanguage } from '../../i18n/index.tsx'
import styles from './post.module.css'

const texts = {
  processing: 'post.processing',
  failed: 'post.failed',
  hidden: 'post.hidden',
  held: 'post.held',
} as const satisfies Record<Exclude<Post['state'], 'published'>, MessageId>

/** What its author has to know of a post that nobody else sees. */
export function PostState({ post }: { post: Post }): ReactElement | null {
  const { t } = useLanguage()
  if (post.state === 'published') return null
  return (
    <p className={styles.state} role="status">
      {t(texts[post.state])}
    </p>
  )
}
