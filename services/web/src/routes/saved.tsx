import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useTitle } from '../app/title.ts'
import { GridPage } from '../features/feed/grid-page.tsx'
import { savedFeed } from '../features/feed/queries.ts'
import { useLanguage } from '../i18n/index.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'

/** What the viewer has put aside. Nobody else sees it. */
export function Saved(): ReactElement {
  const { t } = useLanguage()
  useTitle(t('frame.saved'))
  return (
    <GridPage
      name="saved"
      title={t('frame.saved')}
      side={t('feed.savedSide')}
      feed={savedFeed}
      empty={
        <Notice
          title={t('feed.nothingSaved')}
          action={
            <Link className={buttonClass('primary')} to="/explore">
              {t('frame.explore')}
            </Link>
          }
        >
          {t('feed.nothingSavedText')}
        </Notice>
      }
    />
  )
}
