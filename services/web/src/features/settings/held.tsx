import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { Failure } from '../../app/failure.tsx'
import { ListEnd } from '../../app/list-end.tsx'
import { useViewer } from '../../app/session.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Loading } from '../../ui/loading.tsx'
import { Notice } from '../../ui/notice.tsx'
import { commentsIn } from '../comment/changes.ts'
import { CommentItem } from '../comment/comment-item.tsx'
import { heldComments } from '../comment/queries.ts'
import styles from './section.module.css'

/** What waits below the viewer's posts to be let through or deleted. */
export function HeldSettings(): ReactElement {
  const { t } = useLanguage()
  const viewer = useViewer()
  const query = useInfiniteQuery(heldComments)
  const { data, error, refetch, hasNextPage } = query
  if (!data || !viewer) {
    if (error) return <Failure error={error} onRetry={() => void refetch()} />
    return <Loading />
  }
  // What was let through a moment ago is still on the list.
  const held = commentsIn(data).filter((comment) => comment.held)
  if (held.length === 0 && !hasNextPage)
    return <Notice title={t('privacy.noneHeld')}>{t('privacy.noneHeldText')}</Notice>
  return (
    <>
      <p className={styles.intro}>{t('privacy.heldIntro')}</p>
      <ul className={styles.rows}>
        {held.map((comment) => (
          <li key={comment.id} data-key-item>
            <CommentItem comment={comment} postAuthorId={viewer.id} />
            <Link
              className={styles.hint}
              to="/p/$id"
              params={{ id: comment.postId }}
              search={{ comment: comment.id }}
              data-key="open"
            >
              {t('privacy.heldPost')}
            </Link>
          </li>
        ))}
      </ul>
      <ListEnd query={query} />
    </>
  )
}
