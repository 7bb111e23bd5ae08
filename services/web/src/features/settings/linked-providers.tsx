import type { components } from '@daguerre/client'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { client } from '../../app/client.ts'
import { queryClient } from '../../app/query-client.ts'
import { useFailureToast } from '../../app/use-failure-toast.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { Time } from '../../ui/time.tsx'
import { leaveFor, providers } from '../account/providers.ts'
import { ownFactors } from '../account/queries.ts'
import styles from './section.module.css'

type Identity = components['schemas']['Identity']

/** Where one is known elsewhere, which opens the account; nothing where this server knows no provider and none is linked. */
export function LinkedProviders({ identities }: { identities: readonly Identity[] }): ReactElement | null {
  const { t } = useLanguage()
  const failed = useFailureToast()
  const { data } = useQuery(providers)
  const link = useMutation({
    mutationFn: (provider: string) =>
      leaveFor(client.post('/api/v1/auth/identities/begin', { body: { provider } }), {
        purpose: 'link',
        next: '/settings/factors',
      }),
    onError: (error, provider) => failed(error, () => link.mutate(provider)),
  })
  const others = (data?.items ?? []).filter(({ id }) => !identities.some(({ provider }) => provider === id))
  if (others.length === 0 && identities.length === 0) return null
  return (
    <section className={styles.group}>
      <h2>{t('settings.providers')}</h2>
      <p className={styles.intro}>{t('settings.providersText')}</p>
      {identities.length > 0 && (
        <ul className={styles.rows}>
          {identities.map((identity) => (
            <IdentityRow key={identity.id} identity={identity} />
          ))}
        </ul>
      )}
      {others.length > 0 && (
        <div className={styles.end}>
          {others.map(({ id, name }) => (
            <Button key={id} busy={link.isPending && link.variables === id} onClick={() => link.mutate(id)}>
              {t('settings.providerLink', { name })}
            </Button>
          ))}
        </div>
      )}
    </section>
  )
}

function IdentityRow({ identity: { id, name, label, lastUsedAt } }: { identity: Identity }): ReactElement {
  const { t } = useLanguage()
  const failed = useFailureToast()
  const [isAsking, setAsking] = useState(false)
  const remove = useMutation({
    mutationFn: () => client.delete('/api/v1/auth/identities/{id}', { params: { path: { id } } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ownFactors.queryKey }),
    onError: (error) => failed(error, () => remove.mutate()),
  })
  return (
    <li className={styles.row}>
      <div>
        <bdi>{name}</bdi>
        <span className={styles.hint}>
          {label !== null && <bdi>{label}</bdi>}
          {label !== null && lastUsedAt !== null && ' · '}
          {lastUsedAt !== null && (
            <>
              {t('settings.passkeyUsed')} <Time value={lastUsedAt} />
            </>
          )}
        </span>
      </div>
      <Button
        aria-label={t('settings.providerUnlink', { name })}
        busy={remove.isPending}
        onClick={() => setAsking(true)}
      >
        {t('settings.remove')}
      </Button>
      {isAsking && (
        <Confirm
          title={t('settings.providerUnlinkTitle', { name })}
          text={t('settings.providerUnlinkText')}
          yes={t('settings.remove')}
          onYes={() => {
            setAsking(false)
            remove.mutate()
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </li>
  )
}
