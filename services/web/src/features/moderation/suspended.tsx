import type { ApiError } from '@daguerre/client'
import type { ReactElement } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { FormError } from '../../ui/field.tsx'
import { AppealForm } from './appeal-form.tsx'
import styles from './moderation.module.css'

/** In place of the way in, for who may not come in: until when, why, and how to object. */
export function Suspended({ suspension }: { suspension: NonNullable<ApiError['suspension']> }): ReactElement {
  const { t, date } = useLanguage()
  const { until, reason, actId } = suspension
  return (
    <div className={styles.form}>
      <FormError>
        {until === null ? t('moderation.bannedForGood') : t('moderation.suspendedUntil', { time: date(until) })}
      </FormError>
      <blockquote className={styles.quote} dir="auto">
        {reason}
      </blockquote>
      <AppealForm actId={actId} />
    </div>
  )
}
