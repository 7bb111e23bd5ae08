import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { isForbidden, isMissing } from '../app/errors.ts'
import { useTitle } from '../app/title.ts'
import { PeopleList } from '../features/person/people-list.tsx'
import styles from '../features/person/people-page.module.css'
import { PostGone } from '../features/post/post-gone.tsx'
import { likersOf } from '../features/post/queries.ts'
import { useLanguage } from '../i18n/index.tsx'
import { Notice } from '../ui/notice.tsx'

const route = getRouteApi('/p/$id/likes')

/** Who likes a post. */
export function PostLikes(): ReactElement {
  const { t } = useLanguage()
  const { id } = route.useParams()
  const query = useInfiniteQuery(likersOf(id))
  useTitle(t('post.likers'))
  if (isMissing(query.error)) return <PostGone />
  if (isForbidden(query.error)) return <Notice isPage title={t('post.likersHidden')} />
  return (
    <div className={styles.page}>
      <h1 className={styles.title}>{t('post.likers')}</h1>
      <PeopleList name={`likes ${id}`} query={query} empty={<Notice title={t('post.noLikes')} />} />
    </div>
  )
}
