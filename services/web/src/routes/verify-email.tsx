import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useTitle } from '../app/title.ts'
import { ConfirmAddress } from '../features/account/confirm-address.tsx'
import { useLanguage } from '../i18n/index.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'

const route = getRouteApi('/verify-email')

/** Where the link leads that is sent to an address. */
export function VerifyEmail(): ReactElement {
  const { t } = useLanguage()
  const { token } = route.useSearch()
  useTitle(t('account.confirmAddress'))
  if (token !== undefined) return <ConfirmAddress token={token} />
  return (
    <Notice
      isPage
      title={t('account.linkBroken')}
      action={
        <Link className={buttonClass('primary')} to="/">
          {t('frame.home')}
        </Link>
      }
    >
      {t('account.linkBrokenText')}
    </Notice>
  )
}
