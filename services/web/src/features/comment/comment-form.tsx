import { Link, useRouter } from '@tanstack/react-router'
import { type ReactElement, type RefObject, useState } from 'react'
import { useViewer } from '../../app/session.ts'
import { newId } from '@daguerre/client'
import { useLanguage } from '../../i18n/index.tsx'
import { Button, buttonClass, IconButton } from '../../ui/button.tsx'
import { lengthOf } from '../../ui/completion.ts'
import { MentionField } from '../../ui/mention-field.tsx'
import styles from './comment.module.css'
import { type Answered, drafts } from './drafts.ts'
import { useAddComment } from './mutations.ts'

const maxLength = 1_000

/** Where a comment is written, or the answer to one. */
export function CommentForm({
  postId,
  replyTo,
  onDone,
  field,
}: {
  postId: string
  replyTo: Answered | null
  /** It was sent, or shall answer nothing any more. */
  onDone: () => void
  field: RefObject<HTMLTextAreaElement | null>
}): ReactElement {
  const { t } = useLanguage()
  const viewer = useViewer()
  const { state } = useRouter()
  const add = useAddComment(postId)
  const [text, setText] = useState(() => drafts.get(postId).text)

  if (!viewer) {
    return (
      <p className={styles.signIn}>
        <Link className={buttonClass()} to="/login" search={{ next: state.location.href }} data-key="comment">
          {t('comment.signIn')}
        </Link>
      </p>
    )
  }

  function change(next: string): void {
    setText(next)
    drafts.set(postId, { text: next })
  }

  function send(): void {
    const length = lengthOf(text)
    if (length === 0 || length > maxLength) return
    add({
      key: newId(),
      text: text.trim(),
      replyTo: replyTo && { id: replyTo.id, threadId: replyTo.threadId },
    })
    change('')
    onDone()
  }

  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      {replyTo && (
        <p className={styles.replyTo}>
          <span>{t('comment.replyTo', { name: replyTo.name })}</span>
          <IconButton icon="close" label={t('comment.noReply')} onClick={onDone} />
        </p>
      )}
      <div className={styles.write}>
        <div className={styles.field}>
          <MentionField
            ref={field}
            label={t('comment.label')}
            isLabelHidden
            grows
            rows={1}
            placeholder={t('comment.placeholder')}
            maxLength={maxLength}
            value={text}
            onChange={change}
            onSubmit={send}
            data-key="comment"
          />
        </div>
        <Button type="submit" look="primary" disabled={text.trim() === ''}>
          {t('comment.send')}
        </Button>
      </div>
    </form>
  )
}
