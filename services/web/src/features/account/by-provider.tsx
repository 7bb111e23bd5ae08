import type { components } from '@daguerre/client'
import { useMutation } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { client } from '../../app/client.ts'
import { FormFailure } from '../../app/failure.tsx'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import styles from './form.module.css'
import { leaveFor } from './providers.ts'

/** Says who one is by a provider that is linked: it is gone to, and comes back to this page, where what was wanted is to be done again. */
export function ByProvider({ identities }: { identities: components['schemas']['Identity'][] }): ReactElement | null {
  const { t } = useLanguage()
  const { mutate, isPending, variables, error } = useMutation({
    mutationFn: (provider: string) =>
      leaveFor(client.post('/api/v1/auth/reauthenticate/provider', { body: { provider } }), {
        purpose: 'reauthenticate',
        next: location.pathname + location.search,
      }),
  })
  const names = new Map(identities.map(({ provider, name }) => [provider, name]))
  if (names.size === 0) return null
  return (
    <div className={`${styles.form} ${styles.providers}`}>
      <FormFailure error={error} />
      {[...names].map(([id, name]) => (
        <Button key={id} busy={isPending && variables === id} onClick={() => mutate(id)}>
          {t('account.continueWith', { name })}
        </Button>
      ))}
    </div>
  )
}
