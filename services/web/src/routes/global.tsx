import type { ReactElement } from 'react'
import { useViewer } from '../app/session.ts'
import { useTitle } from '../app/title.ts'
import { FeedTabs } from '../features/feed/feed-tabs.tsx'
import { FeedView } from '../features/feed/feed-view.tsx'
import styles from '../features/feed/feed.module.css'
import { PostList } from '../features/feed/post-list.tsx'
import { globalFeed } from '../features/feed/queries.ts'
import { ListSkeleton } from '../features/feed/skeletons.tsx'
import { useLanguage } from '../i18n/index.tsx'
import { Notice } from '../ui/notice.tsx'

/** Everybody's posts, the newest first. */
export function Global(): ReactElement {
  const { t } = useLanguage()
  const viewer = useViewer()
  useTitle(t('feed.global'))
  return (
    <div className={styles.column}>
      <h1 className="visually-hidden">{t('feed.global')}</h1>
      {viewer && <FeedTabs />}
      <FeedView feed={globalFeed} skeleton={<ListSkeleton />} empty={<Notice title={t('feed.nobodyPosted')} />}>
        {(posts) => <PostList name="global" posts={posts} />}
      </FeedView>
    </div>
  )
}
