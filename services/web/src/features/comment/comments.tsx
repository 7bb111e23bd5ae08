import type { components } from '@daguerre/client'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { type ReactElement, type RefObject, useState } from 'react'
import type { Post } from '../../app/cache.ts'
import { isMissing } from '../../app/errors.ts'
import { Failure } from '../../app/failure.tsx'
import { ListEnd } from '../../app/list-end.tsx'
import { useViewer } from '../../app/session.ts'
import { type MessageId, useLanguage } from '../../i18n/index.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { commentsIn } from './changes.ts'
import { CommentForm } from './comment-form.tsx'
import styles from './comment.module.css'
import { type Answered, drafts } from './drafts.ts'
import { useDeleting } from './mutations.ts'
import { OutgoingComments } from './outgoing.tsx'
import { type Comment, commentById, commentingOn, commentsOf } from './queries.ts'
import { Thread } from './thread.tsx'

/** What was said about a post, the newest first, and where to say something. */
export function Comments({
  post,
  markedId,
  field,
}: {
  post: Post
  /** A comment that somebody came for: it stands above the others. */
  markedId?: string | undefined
  field: RefObject<HTMLTextAreaElement | null>
}): ReactElement {
  const { t } = useLanguage()
  const [begun] = useState(() => drafts.get(post.id).replyTo)
  const [replyTo, setReplyTo] = useState(begun)
  const whyNot = useWhyNot(post)
  const marked = useMarked(post.id, markedId)
  const deleting = useDeleting(post.id)
  const query = useInfiniteQuery(commentsOf(post.id))
  const { data, error, isPending, hasNextPage, refetch } = query
  const comments = commentsIn(data).filter(({ id }) => !deleting.has(id) && id !== marked?.id)

  function answer(answered: Answered | null): void {
    setReplyTo(answered)
    drafts.set(post.id, { replyTo: answered })
  }

  function reply({ id, parentId, author }: Comment): void {
    answer({ id, threadId: parentId ?? id, name: author.displayName })
    field.current?.focus()
  }

  return (
    <section className={styles.comments} aria-labelledby="comments">
      <h2 id="comments" className="visually-hidden">
        {t('comment.title')}
      </h2>
      {whyNot === null ? (
        <CommentForm postId={post.id} replyTo={replyTo} onDone={() => answer(null)} field={field} />
      ) : (
        <p className={styles.whyNot}>{t(whyNotWords[whyNot], { name: post.author.displayName })}</p>
      )}
      <OutgoingComments postId={post.id} threadId={null} />
      {marked && !deleting.has(marked.id) && (
        <ol>
          <Thread
            key={`marked ${marked.id}`}
            comment={marked}
            postAuthorId={post.author.id}
            markedId={markedId}
            onReply={whyNot === null ? reply : undefined}
            isOpenAtFirst={markedId !== marked.id}
          />
        </ol>
      )}
      {isPending && (
        <p className={styles.coming}>
          <Spinner label={t('state.loading')} />
        </p>
      )}
      {!data && error && <Failure error={error} onRetry={() => void refetch()} />}
      {data && comments.length === 0 && !marked && !hasNextPage && <p className={styles.none}>{t('comment.none')}</p>}
      <ol>
        {comments.map((comment) => (
          <Thread
            key={comment.id}
            comment={comment}
            postAuthorId={post.author.id}
            onReply={whyNot === null ? reply : undefined}
            // Of what was begun before, which may be sent before the thread is here.
            isOpenAtFirst={comment.id === begun?.threadId}
          />
        ))}
      </ol>
      <ListEnd query={query} />
    </section>
  )
}

const whyNotWords = {
  off: 'comment.off',
  everybody: 'comment.off',
  followers: 'comment.forFollowers',
  followed: 'comment.forFollowed',
  nobody: 'comment.forNobody',
} as const satisfies Record<WhyNot, MessageId>

type WhyNot = NonNullable<components['schemas']['Commenting']['reason']>

/** Why the viewer may not comment; null while nobody has said so. */
function useWhyNot({ id, commentsOff = false }: Post): WhyNot | null {
  const viewer = useViewer()
  const { data } = useQuery({ ...commentingOn(id), enabled: viewer !== null && !commentsOff })
  if (commentsOff) return 'off'
  return (viewer && data?.reason) ?? null
}

/** The first-level comment in whose thread the one is that somebody came for. */
function useMarked(postId: string, id: string | undefined): Comment | undefined {
  const { data: found, error } = useQuery({ ...commentById(postId, id ?? ''), enabled: id !== undefined })
  const parentId = found?.parentId ?? null
  const { data: parent } = useQuery({ ...commentById(postId, parentId ?? ''), enabled: parentId !== null })
  if (id === undefined || isMissing(error) || found?.postId !== postId) return undefined
  return parentId === null ? found : parent
}
