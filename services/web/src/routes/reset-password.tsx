import { getRouteApi, Link, useRouter } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useTitle } from '../app/title.ts'
import { Door } from '../features/account/door.tsx'
import { ResetForm } from '../features/account/reset-form.tsx'
import { useLanguage } from '../i18n/index.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { toast } from '../ui/toast.tsx'

const route = getRouteApi('/reset-password')

/** Where the link for a new password leads. */
export function ResetPassword(): ReactElement {
  const { t } = useLanguage()
  const { token } = route.useSearch()
  const router = useRouter()
  useTitle(t('account.chooseNew'))
  if (token === undefined) {
    return (
      <Notice
        isPage
        title={t('account.linkBroken')}
        action={
          <Link className={buttonClass()} to="/forgot-password">
            {t('account.anotherLink')}
          </Link>
        }
      >
        {t('account.linkBrokenText')}
      </Notice>
    )
  }
  function signInAnew(): void {
    toast(t('account.isReset'))
    void router.navigate({ to: '/login', replace: true })
  }
  return (
    <Door
      title={t('account.chooseNew')}
      text={t('account.chooseNewText')}
      other={<Link to="/forgot-password">{t('account.anotherLink')}</Link>}
    >
      <ResetForm token={token} onDone={signInAnew} />
    </Door>
  )
}
