import { Link, useRouter } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useOnline } from '../app/frame/offline-bar.tsx'
import { useTitle } from '../app/title.ts'
import { useLanguage } from '../i18n/index.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'

/** What the service worker shows for a page that was never loaded. */
export function Offline(): ReactElement {
  const { t } = useLanguage()
  const { history } = useRouter()
  const isOnline = useOnline()
  useTitle(t('offline.title'))
  return (
    <Notice
      isPage
      title={isOnline ? t('offline.overTitle') : t('offline.title')}
      action={
        <>
          <Link className={buttonClass('primary')} to="/">
            {t('offline.home')}
          </Link>
          {history.canGoBack() && <Button onClick={() => history.back()}>{t('action.back')}</Button>}
        </>
      }
    >
      {isOnline ? t('offline.over') : t('offline.text')}
    </Notice>
  )
}
