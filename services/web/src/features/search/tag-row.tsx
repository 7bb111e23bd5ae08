import { Link } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import row from '../../ui/row.module.css'
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
    <div className={row.row} data-key-item>
      <Link
        className={row.link}
        to="/tags/$tag"
        params={{ tag }}
        data-key="open"
        data-choice
        {...(onOpen ? { onClick: onOpen } : {})}
      >
        <span className={styles.sign} aria-hidden="true">
          #
        </span>
        <span className={row.names}>
          <bdi className={row.name}>{tag}</bdi>
          {posts !== undefined && (
            <span className={row.side}>{t('feed.tagPosts', { count: posts, shown: compact(posts) })}</span>
          )}
        </span>
      </Link>
      {action}
    </div>
  )
}
