import { ApiError } from '@daguerre/client'
import type { ReactElement } from 'react'
import { Failure } from '../../app/failure.tsx'
import { useLanguage } from '../../i18n/index.tsx'
import { Notice } from '../../ui/notice.tsx'

/** In place of what did not come: it may be for moderators only. */
export function ModerationFailure({ error, onRetry }: { error: unknown; onRetry: () => void }): ReactElement {
  const { t } = useLanguage()
  const isForbidden = error instanceof ApiError && error.status === 403
  if (isForbidden) return <Notice title={t('moderation.forbidden')}>{t('moderation.forbiddenText')}</Notice>
  return <Failure error={error} onRetry={onRetry} />
}
