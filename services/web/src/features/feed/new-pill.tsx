import type { ReactElement } from 'react'
import type { Post } from '../../app/cache.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Avatar } from '../../ui/avatar.tsx'
import { Icon } from '../../ui/icon.tsx'
import styles from './feed.module.css'

/** Says that there is something new, and shows it when it is wanted: nothing moves by itself. */
export function NewPill({ posts, onShow }: { posts: readonly Post[]; onShow: () => void }): ReactElement {
  const { t } = useLanguage()
  const authors = new Map(posts.map(({ author }) => [author.id, author]))
  return (
    <div className={styles.pillPlace} role="status">
      {posts.length > 0 && (
        <button type="button" className={styles.pill} onClick={onShow}>
          <Icon name="up" />
          {t('feed.new', { count: posts.length })}
          <span className={styles.pillAuthors}>
            {[...authors.values()].slice(0, 3).map((author) => (
              <Avatar key={author.id} person={author} size="s" />
            ))}
          </span>
        </button>
      )}
    </div>
  )
}
