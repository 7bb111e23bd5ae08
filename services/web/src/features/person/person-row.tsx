import { Link } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import type { AnyPerson } from '../../app/cache.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Avatar } from '../../ui/avatar.tsx'
import styles from '../../ui/row.module.css'
import { FollowButton } from './follow-button.tsx'

/** A person in a list. */
export function PersonRow({
  person,
  onOpen,
  action,
}: {
  person: AnyPerson
  onOpen?: () => void
  /** In place of the button to follow. */
  action?: ReactNode
}): ReactElement {
  const { t } = useLanguage()
  return (
    <div className={styles.row} data-key-item>
      <Link
        className={styles.link}
        to="/@{$username}"
        params={{ username: person.username }}
        data-key="open"
        data-choice
        {...(onOpen ? { onClick: onOpen } : {})}
      >
        <Avatar person={person} />
        <span className={styles.names}>
          <bdi className={styles.name}>{person.displayName}</bdi>
          <span className={styles.side}>
            <bdi>@{person.username}</bdi>
            {person.viewer?.followedBy && <span className={styles.mark}>{t('person.followsYou')}</span>}
          </span>
        </span>
      </Link>
      {action ?? <FollowButton person={person} />}
    </div>
  )
}
