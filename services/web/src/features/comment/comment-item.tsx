import { Link } from '@tanstack/react-router'
import { type ReactElement, type ReactNode, Suspense, useEffect, useRef, useState } from 'react'
import { useViewer } from '../../app/session.ts'
import { useSignInFirst } from '../../app/use-sign-in-first.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { lazyPart } from '../../i18n/lazy-part.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { IconButton } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { RichText } from '../../ui/rich-text.tsx'
import { Time } from '../../ui/time.tsx'
import styles from './comment.module.css'
import { useDeleteComment, useLikeComment, useReleaseComment } from './mutations.ts'
import type { Comment } from './queries.ts'

const ReportDialog = lazyPart(() => import('../moderation/report-dialog.tsx').then(({ ReportDialog }) => ReportDialog))

/** What somebody said. Its author and that of the post can delete it. */
export function CommentItem({
  comment,
  postAuthorId,
  isMarked = false,
  onReply,
}: {
  comment: Comment
  postAuthorId: string
  /** It is what somebody came for. */
  isMarked?: boolean
  /** Where it can be answered. */
  onReply?: ((comment: Comment) => void) | undefined
}): ReactElement {
  const { t, compact } = useLanguage()
  const viewer = useViewer()
  const signInFirst = useSignInFirst()
  const like = useLikeComment(comment)
  const remove = useDeleteComment(comment)
  const [isAsking, setAsking] = useState(false)
  const [isReporting, setReporting] = useState(false)
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isMarked) ref.current?.scrollIntoView({ block: 'center' })
  }, [isMarked])
  const { author, counts } = comment
  const isLiked = comment.viewer?.liked === true
  const mayDelete = viewer !== null && (viewer.id === author.id || viewer.id === postAuthorId)
  if (comment.deleted) {
    return (
      <div ref={ref} className={styles.comment}>
        <p className={styles.below}>{t('comment.gone')}</p>
      </div>
    )
  }
  return (
    <div ref={ref} className={`${styles.comment} ${isMarked ? styles.marked : ''}`}>
      <Said author={author} text={<RichText text={comment.text} entities={comment.entities} />}>
        <Time value={comment.createdAt} />
        {counts.likes > 0 && <span>{t('post.likes', { count: counts.likes })}</span>}
        {comment.held && <Held comment={comment} />}
        {onReply && !comment.held && (
          <button type="button" className={styles.act} onClick={() => signInFirst(() => onReply(comment))}>
            {t('comment.reply')}
          </button>
        )}
        {viewer !== null && viewer.id !== author.id && (
          <button type="button" className={styles.act} onClick={() => setReporting(true)}>
            {t('moderation.report')}
          </button>
        )}
        {mayDelete && (
          <button type="button" className={styles.act} onClick={() => setAsking(true)}>
            {t('comment.delete')}
          </button>
        )}
      </Said>
      <IconButton
        className={`${styles.like} ${isLiked ? styles.liked : ''}`}
        icon="heart"
        filled={isLiked}
        label={t('comment.like', { name: author.displayName, count: counts.likes, shown: compact(counts.likes) })}
        aria-pressed={isLiked}
        onClick={() => signInFirst(() => like(!isLiked))}
      />
      {isReporting && (
        <Suspense>
          <ReportDialog subject={{ kind: 'comment', id: comment.id }} onClose={() => setReporting(false)} />
        </Suspense>
      )}
      {isAsking && (
        <Confirm
          title={t('comment.deleteTitle')}
          text={t('comment.deleteText', { count: counts.replies })}
          yes={t('comment.deleteYes')}
          onYes={() => {
            setAsking(false)
            remove()
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  )
}

/** Why a comment waits for the viewer, and what ends it. */
function Held({ comment }: { comment: Comment }): ReactElement {
  const { t } = useLanguage()
  const release = useReleaseComment(comment)
  return (
    <>
      <span className={styles.held}>
        {t(comment.held === 'restriction' ? 'comment.heldByRestriction' : 'comment.heldByWords')}
      </span>
      <button type="button" className={styles.act} disabled={release.isPending} onClick={() => release.mutate()}>
        {t('comment.release')}
      </button>
    </>
  )
}

/** A portrait, a name, what was said, and below it what there is to say of it. */
export function Said({
  author,
  text,
  children,
}: {
  author: Comment['author']
  text: ReactNode
  children: ReactNode
}): ReactElement {
  const to = { to: '/@{$username}', params: { username: author.username } } as const
  return (
    <>
      <Link {...to} className={styles.portrait} tabIndex={-1} aria-hidden="true">
        <Avatar person={author} size="s" />
      </Link>
      <div className={styles.said}>
        <p>
          <Link {...to} className={styles.name}>
            <bdi>{author.displayName}</bdi>
          </Link>{' '}
          {text}
        </p>
        <p className={styles.below}>{children}</p>
      </div>
    </>
  )
}
