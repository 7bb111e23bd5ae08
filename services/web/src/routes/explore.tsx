import type { ReactElement } from 'react'
import { useTitle } from '../app/title.ts'
import { GridPage } from '../features/feed/grid-page.tsx'
import { exploreFeed } from '../features/feed/queries.ts'
import { useLanguage } from '../i18n/index.tsx'
import { Notice } from '../ui/notice.tsx'

/** What there is, by its pictures. */
export function Explore(): ReactElement {
  const { t } = useLanguage()
  useTitle(t('frame.explore'))
  return (
    <GridPage
      name="explore"
      title={t('frame.explore')}
      feed={exploreFeed}
      empty={<Notice title={t('feed.nobodyPosted')} />}
    />
  )
}
