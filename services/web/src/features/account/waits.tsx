import type { RegistrationWaits } from '@daguerre/client'
import type { ReactElement } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { Notice } from '../../ui/notice.tsx'

/** In place of the form: what an account waits for that was made just now. */
export function Waits({ waits: { waitsFor } }: { waits: RegistrationWaits }): ReactElement {
  const { t } = useLanguage()
  return (
    <Notice isPage title={t('account.waits')}>
      {t(waitsFor.includes('address') ? 'account.waitsForBoth' : 'account.waitsForApproval')}
    </Notice>
  )
}
