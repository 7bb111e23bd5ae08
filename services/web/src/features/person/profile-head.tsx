import { Link } from '@tanstack/react-router'
import { type ReactElement, type ReactNode, Suspense, useState } from 'react'
import type { components } from '@daguerre/client'
import { useViewer } from '../../app/session.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Avatar } from '../../ui/avatar.tsx'
import { lazyPart } from '../../i18n/lazy-part.ts'
import { buttonClass, IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { FollowButton } from './follow-button.tsx'
import styles from './profile.module.css'

const PersonMenu = lazyPart(() => import('./person-menu.tsx').then(({ PersonMenu }) => PersonMenu))
const UnblockButton = lazyPart(() => import('../privacy/unblock-button.tsx').then(({ UnblockButton }) => UnblockButton))

/** Who somebody is, in their own words, and how many look at them. */
export function ProfileHead({ person }: { person: components['schemas']['Person'] }): ReactElement {
  const { t } = useLanguage()
  const viewer = useViewer()
  const { posts, followers, following } = person.counts
  const { username } = person
  const [isMenuOpen, setMenuOpen] = useState(false)
  return (
    <header className={styles.head}>
      <Avatar person={person} size="xl" />
      <div className={styles.who}>
        <h1 className={styles.name}>
          <bdi>{person.displayName}</bdi>
        </h1>
        <p className={styles.username}>
          <bdi>@{username}</bdi>
          {person.private && (
            <span className={styles.mark}>
              <Icon name="lock" />
              {t('person.private')}
            </span>
          )}
          {person.viewer?.followedBy && <span className={styles.mark}>{t('person.followsYou')}</span>}
          {person.viewer?.muted && <span className={styles.mark}>{t('person.mark')}</span>}
          {person.viewer?.restricted && <span className={styles.mark}>{t('person.restrictedMark')}</span>}
        </p>
      </div>
      <div className={styles.act}>
        {viewer?.id === person.id ? (
          <Link className={buttonClass()} to="/settings/$section" params={{ section: 'account' }}>
            {t('person.edit')}
          </Link>
        ) : (
          <>
            {person.viewer?.blocked ? (
              <Suspense>
                <UnblockButton person={person} />
              </Suspense>
            ) : (
              <FollowButton person={person} />
            )}
            {viewer && <IconButton icon="more" label={t('action.more')} onClick={() => setMenuOpen(true)} />}
          </>
        )}
        {isMenuOpen && (
          <Suspense>
            <PersonMenu person={person} onClose={() => setMenuOpen(false)} />
          </Suspense>
        )}
      </div>
      {(person.bio !== '' || person.website !== null) && (
        <div className={styles.about}>
          {person.bio !== '' && (
            <p className={styles.bio} dir="auto">
              {person.bio}
            </p>
          )}
          {person.website !== null && <Website address={person.website} />}
        </div>
      )}
      <ul className={styles.counts}>
        <li>
          <Count value={posts} id="person.posts" />
        </li>
        <li>
          <Link to="/@{$username}/followers" params={{ username }}>
            <Count value={followers} id="person.followers" />
          </Link>
        </li>
        <li>
          <Link to="/@{$username}/following" params={{ username }}>
            <Count value={following} id="person.followed" />
          </Link>
        </li>
      </ul>
    </header>
  )
}

function Count({
  value,
  id,
}: {
  value: number
  id: 'person.posts' | 'person.followers' | 'person.followed'
}): ReactNode {
  const { t, compact } = useLanguage()
  return (
    <>
      <b className={styles.number}>{compact(value)}</b> {t(id, { count: value })}
    </>
  )
}

function Website({ address }: { address: string }): ReactElement | null {
  const url = URL.parse?.(address) ?? null
  if (!url || !/^https?:$/.test(url.protocol)) return null
  return (
    <p>
      <a className={styles.website} href={url.href} rel="me nofollow noopener noreferrer" target="_blank">
        <bdi>{`${url.host}${url.pathname === '/' ? '' : url.pathname}`}</bdi>
      </a>
    </p>
  )
}

/** Where a profile will be. */
export function ProfileHeadSkeleton(): ReactElement {
  return (
    <div className={`${styles.head} ${styles.ghost}`} aria-hidden="true">
      <span className={styles.ghostPortrait} />
      <span className={styles.ghostName} />
    </div>
  )
}
