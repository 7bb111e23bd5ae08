import type { ReactElement } from 'react'
import type { Post } from '../../app/cache.ts'
import { useLanguage } from '../../i18n/index.tsx'
import styles from './post.module.css'

/** What its author has to know of a post that nobody else sees yet. */
export function PostState({ post }: { post: Post }): ReactElement | null {
  const { t } = useLanguage()
  if (post.state === 'published') return null
  return (
    <p className={styles.state} role="status">
      {t(post.state === 'failed' ? 'post.failed' : 'post.processing')}
    </p>
  )
}
