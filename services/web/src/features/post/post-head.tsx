import { Link } from '@tanstack/react-router'
import { type ReactElement, Suspense, useState } from 'react'
import type { Post } from '../../app/cache.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { lazyPart } from '../../i18n/lazy-part.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Time } from '../../ui/time.tsx'
import { audienceMarks } from './audience.ts'
import styles from './post.module.css'

const PostMenu = lazyPart(() => import('./post-menu.tsx').then(({ PostMenu }) => PostMenu))

/** Who posted it, when and where, and what can be done with it. */
export function PostHead({ post, isOpen = false }: { post: Post; isOpen?: boolean }): ReactElement {
  const { t, date } = useLanguage()
  const [isMenuOpen, setMenuOpen] = useState(false)
  const { author } = post
  const mark = audienceMarks[post.audience]
  return (
    <header className={styles.head}>
      <Link
        className={styles.portrait}
        to="/@{$username}"
        params={{ username: author.username }}
        tabIndex={-1}
        aria-hidden="true"
      >
        <Avatar person={author} />
      </Link>
      <Link className={styles.name} to="/@{$username}" params={{ username: author.username }}>
        <bdi>{author.displayName}</bdi>
      </Link>
      <p className={styles.facts}>
        <bdi>@{author.username}</bdi>
        <Link
          className={styles.moment}
          to="/p/$id"
          params={{ id: post.id }}
          {...(isOpen ? {} : { 'data-key': 'open' })}
        >
          <Time value={post.createdAt} />
        </Link>
        {post.editedAt !== null && <span title={date(post.editedAt)}>{t('post.edited')}</span>}
        {mark && (
          <span className={styles.audience}>
            <Icon name={mark.icon} />
            {t(mark.text)}
          </span>
        )}
        {post.location && <bdi>{post.location.name}</bdi>}
      </p>
      <IconButton className={styles.menu} icon="more" label={t('action.more')} onClick={() => setMenuOpen(true)} />
      {isMenuOpen && (
        <Suspense>
          <PostMenu post={post} isOpen={isOpen} onClose={() => setMenuOpen(false)} />
        </Suspense>
      )}
    </header>
  )
}
