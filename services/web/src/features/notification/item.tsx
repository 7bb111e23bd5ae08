import { Link } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import { Message, useLanguage } from '../../i18n/index.tsx'
import { Avatar } from '../../ui/avatar.tsx'
import { Time } from '../../ui/time.tsx'
import styles from './notification.module.css'
import type { Notification } from './queries.ts'
import { markRead } from './read.ts'
import { sentenceOf } from './sentence.ts'

/** One line: who did what, when, to which photograph. All of it leads to what it is about. */
export function NotificationItem({ notification }: { notification: Notification }): ReactElement {
  const { t } = useLanguage()
  const { actors, post, comment, act, read } = notification
  return (
    <li className={`${styles.item} ${read ? '' : styles.unread}`} data-key-item>
      <span className={styles.faces}>
        {actors.slice(0, 2).map((actor) => (
          <Avatar key={actor.id} person={actor} size="m" />
        ))}
      </span>
      <div className={styles.body}>
        <Target notification={notification}>
          {!read && <span className="visually-hidden">{t('notification.unread')} </span>}
          <Sentence notification={notification} />
        </Target>
        {act && (
          <p className={styles.quote} dir="auto">
            {act.reason}
          </p>
        )}
        {comment && (
          <p className={styles.quote} dir="auto">
            {comment.text}
          </p>
        )}
        <span className={styles.time}>
          <Time value={notification.updatedAt} />
        </span>
      </div>
      {post?.thumbnailUrl && (
        <img
          className={styles.thumbnail}
          src={post.thumbnailUrl}
          alt=""
          loading="lazy"
          decoding="async"
          width="48"
          height="48"
        />
      )}
    </li>
  )
}

/** The whole line is pressed, by a link that is one to who hears it. */
function Target({ notification, children }: { notification: Notification; children: ReactNode }): ReactElement {
  const { kind, actors, post, comment, act } = notification
  const rest = { className: styles.target, 'data-key': 'open', onClick: () => markRead(notification) }
  if (post) {
    return (
      <Link to="/p/$id" params={{ id: post.id }} search={comment ? { comment: comment.id } : {}} {...rest}>
        {children}
      </Link>
    )
  }
  const section = act ? 'moderation' : kind === 'requested' ? 'requests' : null
  if (section) {
    return (
      <Link to="/settings/$section" params={{ section }} {...rest}>
        {children}
      </Link>
    )
  }
  const [actor] = actors
  if (!actor) return <span>{children}</span>
  return (
    <Link to="/@{$username}" params={{ username: actor.username }} {...rest}>
      {children}
    </Link>
  )
}

function Sentence({ notification: { kind, actors, actorCount, act } }: { notification: Notification }): ReactElement {
  const { t } = useLanguage()
  if (act) return <>{t(act.outcome ? `notification.outcome.${act.outcome}` : `notification.act.${act.kind}`)}</>
  const names = actors.map(({ displayName, username }) => displayName || username)
  const { id, values } = sentenceOf(kind, names, actorCount, t('notification.somebody'))
  return <Message id={id} values={values} components={{ b: <bdi className={styles.name} /> }} />
}
