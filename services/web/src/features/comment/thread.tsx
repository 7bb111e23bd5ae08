import { useInfiniteQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { FailureLine } from '../../app/failure.tsx'
import { useLanguage } from '../../i18n/index.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { commentsIn } from './changes.ts'
import { CommentItem } from './comment-item.tsx'
import styles from './comment.module.css'
import { useDeleting } from './mutations.ts'
import { OutgoingComments } from './outgoing.tsx'
import { type Comment, repliesTo } from './queries.ts'

/** A comment and what was answered to it, once somebody wants to see that. */
export function Thread({
  comment,
  postAuthorId,
  markedId,
  onReply,
  isOpenAtFirst = false,
}: {
  comment: Comment
  postAuthorId: string
  markedId?: string | undefined
  /** Where it can be answered. */
  onReply?: ((comment: Comment) => void) | undefined
  isOpenAtFirst?: boolean
}): ReactElement {
  const { t } = useLanguage()
  const [isOpen, setOpen] = useState(isOpenAtFirst)
  const { replies } = comment.counts
  return (
    <li className={styles.thread} data-key-item>
      <CommentItem
        comment={comment}
        postAuthorId={postAuthorId}
        isMarked={comment.id === markedId}
        onReply={
          onReply &&
          ((answered) => {
            setOpen(true)
            onReply(answered)
          })
        }
      />
      {replies > 0 && (
        <button type="button" className={styles.toggle} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {t(isOpen ? 'comment.hideReplies' : 'comment.showReplies', { count: replies })}
        </button>
      )}
      {isOpen && <Replies comment={comment} postAuthorId={postAuthorId} markedId={markedId} onReply={onReply} />}
      <OutgoingComments postId={comment.postId} threadId={comment.id} />
    </li>
  )
}

function Replies({
  comment,
  postAuthorId,
  markedId,
  onReply,
}: {
  comment: Comment
  postAuthorId: string
  markedId: string | undefined
  onReply: ((comment: Comment) => void) | undefined
}): ReactElement | null {
  const { t } = useLanguage()
  const deleting = useDeleting(comment.postId)
  const { data, error, isFetchingNextPage, hasNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    ...repliesTo(comment),
    enabled: comment.counts.replies > 0,
  })
  if (!data && error) return <FailureLine error={error} onRetry={() => void refetch()} />
  if (!data) return comment.counts.replies > 0 ? <Spinner label={t('state.loading')} /> : null
  return (
    <>
      <ol className={styles.replies}>
        {commentsIn(data)
          .filter(({ id }) => !deleting.has(id))
          .map((reply) => (
            <li key={reply.id}>
              <CommentItem
                comment={reply}
                postAuthorId={postAuthorId}
                isMarked={reply.id === markedId}
                onReply={onReply}
              />
            </li>
          ))}
      </ol>
      {hasNextPage && error && <FailureLine error={error} onRetry={() => void fetchNextPage()} />}
      {hasNextPage && !error && (
        <button
          type="button"
          className={styles.toggle}
          disabled={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {t('comment.moreReplies')}
        </button>
      )}
    </>
  )
}
