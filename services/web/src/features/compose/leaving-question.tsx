import type { ReactElement } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import type { Asking } from './leaving.ts'

export function LeavingQuestion({ asking: { count, answer } }: { asking: Asking }): ReactElement {
  const { t } = useLanguage()
  return (
    <Confirm
      title={t('compose.leaveTitle')}
      text={t('compose.leaveText', { count })}
      yes={t('compose.leaveYes')}
      onYes={() => answer(true)}
      onClose={() => answer(false)}
    />
  )
}
