import type { ReactElement } from 'react'
import { useViewer } from '../app/session.ts'
import { useTitle } from '../app/title.ts'
import { GridPage } from '../features/feed/grid-page.tsx'
import { exploreFeed } from '../features/feed/queries.ts'
import { useLanguage } from '../i18n/index.tsx'
import { Notice } from '../ui/notice.tsx'

/** What others like now, by its pictures. */
export function Explore(): ReactElement {
  const { t } = useLanguage()
  const viewer = useViewer()
  useTitle(t('frame.explore'))
  return (
    <GridPage
      name="explore"
      title={t('frame.explore')}
      feed={exploreFeed}
      side={t(viewer ? 'feed.exploreSide' : 'feed.exploreSideAll')}
      empty={<Notice title={t('feed.emptyExplore')}>{t('feed.emptyExploreText')}</Notice>}
    />
  )
}
