import { Link } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import styles from './search.module.css'

/** A hashtag in a list. */
export function TagRow({
  tag,
  posts,
  onOpen,
  action,
}: {
  tag: string
  posts?: number
  onOpen?: () => void
  action?: ReactNode
}): ReactElement {
  const { t, compact } = useLanguage()
  return (
    <div className={styles.row} data-key-item>
      <Link
        className={styles.tag}
        to="/tags/$tag"
        params={{ tag }}
        data-key="open"
        data-choice
        {...(onOpen ? { onClick: onOpen } : {})}
      >
        <span className={styles.sign} aria-hidden="true">
          #
        </span>
        <span className={styles.names}>
          <bdi className={styles.name}>{tag}</bdi>
          {posts !== undefined && (
            <span className={styles.side}>{t('feed.tagPosts', { count: posts, shown: compact(posts) })}</span>
          )}
        </span>
      </Link>
      {action}
    </div>
  )
}
