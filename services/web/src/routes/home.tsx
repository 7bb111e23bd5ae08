import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useViewer } from '../app/session.ts'
import { useTitle } from '../app/title.ts'
import { FeedTabs } from '../features/feed/feed-tabs.tsx'
import { FeedView } from '../features/feed/feed-view.tsx'
import styles from '../features/feed/feed.module.css'
import { Invitation } from '../features/feed/invitation.tsx'
import { PostList } from '../features/feed/post-list.tsx'
import { globalFeed, homeFeed } from '../features/feed/queries.ts'
import { ListSkeleton } from '../features/feed/skeletons.tsx'
import { Suggestions } from '../features/person/suggestions.tsx'
import { useLanguage } from '../i18n/index.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'

/** The posts of those whom the viewer follows; for who is not signed in, everybody's. */
export function Home(): ReactElement {
  const { t } = useLanguage()
  const viewer = useViewer()
  useTitle(t(viewer ? 'frame.home' : 'feed.welcome'))
  return (
    <div className={styles.column}>
      <h1 className="visually-hidden">{t(viewer ? 'frame.home' : 'feed.welcome')}</h1>
      {viewer ? <FeedTabs /> : <Invitation />}
      <FeedView
        feed={viewer ? homeFeed : globalFeed}
        skeleton={<ListSkeleton />}
        empty={viewer ? <NothingFollowed /> : <Notice title={t('feed.nobodyPosted')} />}
        end={viewer && <End />}
      >
        {(posts) => <PostList name={viewer ? 'home' : 'global'} posts={posts} />}
      </FeedView>
    </div>
  )
}

function NothingFollowed(): ReactElement {
  const { t } = useLanguage()
  return (
    <>
      <Notice
        title={t('feed.emptyHome')}
        action={
          <>
            <Link className={buttonClass('primary')} to="/explore">
              {t('frame.explore')}
            </Link>
            <Link className={buttonClass()} to="/new">
              {t('frame.new')}
            </Link>
          </>
        }
      >
        {t('feed.emptyHomeText')}
      </Notice>
      <Suggestions />
    </>
  )
}

function End(): ReactElement {
  const { t } = useLanguage()
  return (
    <div className={styles.end}>
      <p>{t('feed.homeEnd')}</p>
      <p>
        <Link className={styles.endLink} to="/explore">
          {t('feed.exploreMore')}
        </Link>
      </p>
    </div>
  )
}
