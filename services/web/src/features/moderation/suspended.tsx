import { type ApiError, createClient } from '@daguerre/client'
import { type ReactElement, useId, useState } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { FormError } from '../../ui/field.tsx'
import { TakeExport } from '../settings/take-export.tsx'
import { AppealForm } from './appeal-form.tsx'
import styles from './moderation.module.css'

type Suspension = NonNullable<ApiError['suspension']>

/** In place of the way in, for who may not come in: until when, why, how to object, and what is theirs. `onOver`: to sign in once more. */
export function Suspended({ suspension, onOver }: { suspension: Suspension; onOver: () => void }): ReactElement {
  const { t, date } = useLanguage()
  const { until, reason, actId, exportToken } = suspension
  return (
    <div className={styles.form}>
      <FormError>
        {until === null ? t('moderation.bannedForGood') : t('moderation.suspendedUntil', { time: date(until) })}
      </FormError>
      <blockquote className={styles.quote} dir="auto">
        {reason}
      </blockquote>
      <AppealForm actId={actId} />
      {exportToken !== undefined && <TakeAlong token={exportToken} of={actId} onOver={onOver} />}
    </div>
  )
}

function TakeAlong({ token, of, onOver }: { token: string; of: string; onOver: () => void }): ReactElement {
  const { t } = useLanguage()
  const id = useId()
  const [client] = useState(() =>
    createClient({
      token,
      async fetch(request) {
        const response = await fetch(request)
        // Its time is over, or the suspension is.
        if (response.status === 401) onOver()
        return response
      },
    }),
  )
  return (
    <section className={styles.takeAlong} aria-labelledby={id}>
      <h2 id={id}>{t('settings.take')}</h2>
      <TakeExport client={client} of={of} />
    </section>
  )
}
