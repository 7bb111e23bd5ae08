import { ApiError } from '@daguerre/client'
import type { ReactElement } from 'react'
import { Failure } from '../../app/failure.tsx'
import { type MessageId, useLanguage } from '../../i18n/index.tsx'
import { Notice } from '../../ui/notice.tsx'

const texts: Record<string, MessageId> = {
  'oauth.client_unknown': 'account.applicationUnknown',
  'oauth.redirect_mismatch': 'account.applicationElsewhere',
  'oauth.off': 'account.applicationsOff',
}

/** What only pages about applications have to say of what went wrong; all else is said as everywhere. */
export function ApplicationFault({
  error,
  isPage = false,
  onRetry,
}: {
  error: unknown
  isPage?: boolean
  onRetry: () => void
}): ReactElement {
  const { t } = useLanguage()
  const text = error instanceof ApiError ? texts[error.code] : undefined
  if (text === undefined) return <Failure error={error} isPage={isPage} onRetry={onRetry} />
  return (
    <Notice alert isPage={isPage} title={t('error.title')}>
      {t(text)}
    </Notice>
  )
}
