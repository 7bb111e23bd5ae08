import { useMutation, useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { client } from '../../app/client.ts'
import { FormFailure } from '../../app/failure.tsx'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import styles from './form.module.css'
import { leaveFor, providers } from './providers.ts'

/** A button for each provider, which leads there; nothing where there is none. `next`: where to go on to afterwards. */
export function ProviderButtons({
  next = '/',
  invitation,
}: {
  next?: string | undefined
  invitation?: string | undefined
}): ReactElement | null {
  const { t } = useLanguage()
  const { data } = useQuery(providers)
  const { mutate, isPending, variables, error } = useMutation({
    mutationFn: (provider: string) =>
      leaveFor(client.post('/api/v1/auth/login/provider/begin', { body: { provider } }), {
        purpose: 'sign-in',
        next,
        invitation,
      }),
  })
  if (!data || data.items.length === 0) return null
  return (
    <div className={`${styles.form} ${styles.providers}`}>
      <FormFailure error={error} />
      {data.items.map(({ id, name }) => (
        <Button key={id} busy={isPending && variables === id} onClick={() => mutate(id)}>
          {t('account.continueWith', { name })}
        </Button>
      ))}
    </div>
  )
}
