import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { isMissing } from '../app/errors.ts'
import { Failure } from '../app/failure.tsx'
import { useViewer } from '../app/session.ts'
import { useTitle } from '../app/title.ts'
import { EditForm } from '../features/post/edit-form.tsx'
import styles from '../features/post/edit-form.module.css'
import { PostGone } from '../features/post/post-gone.tsx'
import { postById } from '../features/post/queries.ts'
import { useLanguage } from '../i18n/index.tsx'
import { Notice } from '../ui/notice.tsx'
import { Spinner } from '../ui/spinner.tsx'

const route = getRouteApi('/p/$id/edit')

/** Changes the words of a post. Its photos stay as they are. */
export function PostEdit(): ReactElement {
  const { t } = useLanguage()
  const { id } = route.useParams()
  const viewer = useViewer()
  const { data: post, error, isPlaceholderData, refetch } = useQuery(postById(id))
  useTitle(t('edit.title'))
  if (isMissing(error)) return <PostGone />
  if (!post && error) return <Failure isPage error={error} onRetry={() => void refetch()} />
  if (post && post.author.id !== viewer?.id) return <Notice isPage title={t('edit.notYours')} />
  return (
    <div className={styles.page}>
      <h1 className={styles.title}>{t('edit.title')}</h1>
      {/* What is edited has to be what is there, not what a list remembers. */}
      {post && !isPlaceholderData ? <EditForm key={id} post={post} /> : <Spinner label={t('state.loading')} />}
    </div>
  )
}
