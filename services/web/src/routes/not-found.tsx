import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useTitle } from '../app/title.ts'
import { useLanguage } from '../i18n/index.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'

export function NotFound(): ReactElement {
  const { t } = useLanguage()
  useTitle(t('notFound.title'))
  return (
    <Notice
      isPage
      title={t('notFound.title')}
      action={
        <>
          <Link className={buttonClass('primary')} to="/search">
            {t('frame.search')}
          </Link>
          <Link className={buttonClass()} to="/">
            {t('broken.home')}
          </Link>
        </>
      }
    >
      {t('notFound.text')}
    </Notice>
  )
}
