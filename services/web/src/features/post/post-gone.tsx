import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { buttonClass } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'

/** In place of a post that is not there, or not for who asks. */
export function PostGone(): ReactElement {
  const { t } = useLanguage()
  return (
    <>
      <h1 className="visually-hidden">{t('post.title')}</h1>
      <Notice
        title={t('post.gone')}
        action={
          <Link className={buttonClass('primary')} to="/explore">
            {t('frame.explore')}
          </Link>
        }
      >
        {t('post.goneText')}
      </Notice>
    </>
  )
}
