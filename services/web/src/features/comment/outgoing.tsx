import type { ReactElement } from 'react'
import { useQuery } from '@tanstack/react-query'
import { describe } from '../../app/errors.ts'
import { useViewer } from '../../app/session.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { ownPerson } from '../account/queries.ts'
import { Said } from './comment-item.tsx'
import styles from './comment.module.css'
import { type Outgoing, useAddComment, useOutgoing } from './mutations.ts'

/** Comments of the viewer that are on their way, or did not arrive: to a thread, or of the first level. */
export function OutgoingComments({
  postId,
  threadId,
}: {
  postId: string
  threadId: string | null
}): ReactElement | null {
  const viewer = useViewer()
  const { data: person } = useQuery({ ...ownPerson, enabled: viewer !== null })
  const all = useOutgoing(postId)
  const own = all.filter(({ outgoing }) => (outgoing.replyTo?.threadId ?? null) === threadId)
  if (!viewer || own.length === 0) return null
  const author = person ?? { ...viewer, displayName: viewer.username, avatar: null }
  const list = threadId === null ? own.toReversed() : own
  return (
    <ol className={threadId === null ? undefined : styles.replies}>
      {list.map((item) => (
        <li key={item.outgoing.key} className={styles.comment}>
          <Said author={author} text={<span className={styles.plain}>{item.outgoing.text}</span>}>
            <Fate {...item} postId={postId} />
          </Said>
        </li>
      ))}
    </ol>
  )
}

function Fate({
  outgoing,
  error,
  forget,
  postId,
}: {
  outgoing: Outgoing
  error: unknown
  forget: () => void
  postId: string
}): ReactElement {
  const { t } = useLanguage()
  const add = useAddComment(postId)
  if (error === null) return <span role="status">{t('comment.sending')}</span>
  const { id, values } = describe(error)
  return (
    <>
      <span className={styles.failed} role="alert">
        {t('comment.notSent')} {t(id, values)}
      </span>
      <button
        type="button"
        className={styles.act}
        onClick={() => {
          forget()
          add(outgoing)
        }}
      >
        {t('action.again')}
      </button>
      <button type="button" className={styles.act} onClick={forget}>
        {t('comment.discard')}
      </button>
    </>
  )
}
