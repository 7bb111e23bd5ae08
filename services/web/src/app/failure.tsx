import type { ReactElement } from 'react'
import { useLanguage } from '../i18n/index.tsx'
import { Button } from '../ui/button.tsx'
import { FormError } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { useCountdown } from './countdown.ts'
import { describe, type Described, isSignedOut } from './errors.ts'
import styles from './failure.module.css'
import { usePresence } from './session.ts'

/** What went wrong, its seconds running down. */
function useDescribed(error: unknown): Described & { left: number | null } {
  const { waitSeconds } = describe(error)
  const left = useCountdown(error, waitSeconds)
  return { ...describe(error, left ?? undefined), left }
}

/** In place of what could not be loaded: why, and a way to try again. */
export function Failure({
  error,
  onRetry,
  action,
  isPage = false,
}: {
  error: unknown
  onRetry?: () => void
  /** What there is to do where it makes no sense to try again. */
  action?: ReactElement
  /** The page has no other title. */
  isPage?: boolean
}): ReactElement {
  const { t } = useLanguage()
  const { id, values, left, reference } = useDescribed(error)
  return (
    <Notice
      alert
      isPage={isPage}
      title={t('error.title')}
      action={
        action ??
        (onRetry && (
          <Button onClick={onRetry} disabled={(left ?? 0) > 0}>
            {t('action.again')}
          </Button>
        ))
      }
    >
      {t(id, values)}
      {reference !== null && <Reference id={reference} />}
    </Notice>
  )
}

/** At the end of a list of which more could not be loaded. */
export function FailureLine({ error, onRetry }: { error: unknown; onRetry: () => void }): ReactElement {
  const { t } = useLanguage()
  const { id, values, left } = useDescribed(error)
  return (
    <div className={styles.line} role="alert">
      <p>{t(id, values)}</p>
      <Button onClick={onRetry} disabled={(left ?? 0) > 0}>
        {t('action.again')}
      </Button>
    </div>
  )
}

/** Above a form that was not taken. */
export function FormFailure({ error }: { error: unknown }): ReactElement | null {
  const { t } = useLanguage()
  const { viewer, isExpired } = usePresence()
  const { id, values, reference } = useDescribed(error)
  // Who has signed in again since then can go on.
  const isOver = isSignedOut(error) && viewer !== null && !isExpired
  if (error === null || error === undefined || isOver) return null
  return (
    <FormError>
      {t(id, values)}
      {reference !== null && <Reference id={reference} />}
    </FormError>
  )
}

function Reference({ id }: { id: string }): ReactElement {
  const { t } = useLanguage()
  return <span className={styles.reference}>{t('error.reference', { id })}</span>
}
