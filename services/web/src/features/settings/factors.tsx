import type { components } from '@daguerre/client'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { client } from '../../app/client.ts'
import { Failure } from '../../app/failure.tsx'
import { queryClient } from '../../app/query-client.ts'
import { useFailureToast } from '../../app/use-failure-toast.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { Loading } from '../../ui/loading.tsx'
import { Time } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import { canUsePasskeys, makePasskey } from '../account/passkeys.ts'
import { ownFactors } from '../account/queries.ts'
import { deviceOf } from './device.ts'
import { LinkedProviders } from './linked-providers.tsx'
import { PasskeyNameDialog } from './passkey-name-dialog.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'
import styles from './section.module.css'
import { TotpDialog } from './totp-dialog.tsx'

type Factors = components['schemas']['Factors']
type Passkey = components['schemas']['Passkey']

async function askAgain(): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: ownFactors.queryKey }),
    queryClient.invalidateQueries({ queryKey: ['sessions'] }),
  ])
}

/** What proves who one is besides the password, and what opens the account in its place. */
export function FactorSettings(): ReactElement {
  const { t } = useLanguage()
  const { data: factors, error, refetch } = useQuery(ownFactors)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  if (!factors) {
    if (error) return <Failure error={error} onRetry={() => void refetch()} />
    return <Loading />
  }
  function onAdded(recoveryCodes: string[] | null): void {
    setCodes(recoveryCodes)
    void askAgain()
  }
  const hasFactor = factors.totp !== null || factors.passkeys.length > 0
  return (
    <>
      <p className={styles.intro}>{t('settings.factorsIntro')}</p>
      <App totp={factors.totp} onAdded={onAdded} />
      <Passkeys passkeys={factors.passkeys} onAdded={onAdded} />
      <LinkedProviders identities={factors.identities} />
      {hasFactor && <Codes left={factors.recoveryCodesLeft} onMade={onAdded} />}
      {codes && <RecoveryCodes codes={codes} onKept={() => setCodes(null)} />}
    </>
  )
}

function App({
  totp,
  onAdded,
}: {
  totp: Factors['totp']
  onAdded: (recoveryCodes: string[] | null) => void
}): ReactElement {
  const { t, date } = useLanguage()
  const failed = useFailureToast()
  const [isRemoving, setRemoving] = useState(false)
  const begin = useMutation({
    mutationFn: () => client.post('/api/v1/auth/totp'),
    onError: (error) => failed(error, () => begin.mutate()),
  })
  const remove = useMutation({
    mutationFn: () => client.delete('/api/v1/auth/totp'),
    onSuccess: askAgain,
    onError: (error) => failed(error, () => remove.mutate()),
  })
  return (
    <section className={styles.group}>
      <h2>{t('settings.app')}</h2>
      <p className={styles.intro}>
        {totp ? t('settings.appOn', { date: date(totp.addedAt, { dateStyle: 'long' }) }) : t('settings.appOff')}
      </p>
      <div className={styles.end}>
        <Button busy={begin.isPending} onClick={() => begin.mutate()}>
          {t(totp ? 'settings.appReplace' : 'settings.appAdd')}
        </Button>
        {totp && (
          <Button look="danger" busy={remove.isPending} onClick={() => setRemoving(true)}>
            {t('settings.appRemove')}
          </Button>
        )}
      </div>
      {begin.data && (
        <TotpDialog
          begun={begin.data}
          onClose={begin.reset}
          onDone={(recoveryCodes) => {
            begin.reset()
            toast(t('settings.appDone'))
            onAdded(recoveryCodes)
          }}
        />
      )}
      {isRemoving && (
        <Confirm
          title={t('settings.appRemoveTitle')}
          text={t('settings.appRemoveText')}
          yes={t('settings.appRemove')}
          onYes={() => {
            setRemoving(false)
            remove.mutate()
          }}
          onClose={() => setRemoving(false)}
        />
      )}
    </section>
  )
}

function Passkeys({
  passkeys,
  onAdded,
}: {
  passkeys: readonly Passkey[]
  onAdded: (recoveryCodes: string[] | null) => void
}): ReactElement {
  const { t } = useLanguage()
  const [isAdding, setAdding] = useState(false)
  const { browser, system } = deviceOf(navigator.userAgent)

  async function add(name: string): Promise<void> {
    const credential = await makePasskey()
    const { recoveryCodes } = await client.post('/api/v1/auth/passkeys', { body: { name, credential } })
    setAdding(false)
    toast(t('settings.passkeyAdded'))
    onAdded(recoveryCodes)
  }

  return (
    <section className={styles.group}>
      <h2>{t('settings.passkeys')}</h2>
      <p className={styles.intro}>{t('settings.passkeysText')}</p>
      {passkeys.length > 0 && (
        <ul className={styles.rows}>
          {passkeys.map((passkey) => (
            <PasskeyRow key={passkey.id} passkey={passkey} />
          ))}
        </ul>
      )}
      {canUsePasskeys() ? (
        <Button onClick={() => setAdding(true)}>{t('settings.passkeyAdd')}</Button>
      ) : (
        <p className={styles.hint}>{t('settings.passkeyUnsupported')}</p>
      )}
      {isAdding && (
        <PasskeyNameDialog
          title={t('settings.passkeyAdd')}
          submit={t('account.goOn')}
          name={system ?? browser ?? ''}
          onName={add}
          onClose={() => setAdding(false)}
        />
      )}
    </section>
  )
}

function PasskeyRow({ passkey: { id, name, lastUsedAt } }: { passkey: Passkey }): ReactElement {
  const { t } = useLanguage()
  const failed = useFailureToast()
  const [asked, setAsked] = useState<'name' | 'removal' | null>(null)
  const params = { path: { id } }
  const remove = useMutation({
    mutationFn: () => client.delete('/api/v1/auth/passkeys/{id}', { params }),
    onSuccess: askAgain,
    onError: (error) => failed(error, () => remove.mutate()),
  })
  return (
    <li className={styles.row}>
      <div>
        <bdi>{name}</bdi>
        <span className={styles.hint}>
          {lastUsedAt === null ? (
            t('settings.passkeyNeverUsed')
          ) : (
            <>
              {t('settings.passkeyUsed')} <Time value={lastUsedAt} />
            </>
          )}
        </span>
      </div>
      <Button aria-label={t('settings.passkeyRename', { name })} onClick={() => setAsked('name')}>
        {t('settings.rename')}
      </Button>
      <Button
        aria-label={t('settings.passkeyRemove', { name })}
        busy={remove.isPending}
        onClick={() => setAsked('removal')}
      >
        {t('settings.remove')}
      </Button>
      {asked === 'name' && (
        <PasskeyNameDialog
          title={t('settings.passkeyRenameTitle')}
          submit={t('action.save')}
          name={name}
          onName={async (next) => {
            await client.patch('/api/v1/auth/passkeys/{id}', { params, body: { name: next } })
            setAsked(null)
            await askAgain()
          }}
          onClose={() => setAsked(null)}
        />
      )}
      {asked === 'removal' && (
        <Confirm
          title={t('settings.passkeyRemoveTitle', { name })}
          text={t('settings.passkeyRemoveText')}
          yes={t('settings.remove')}
          onYes={() => {
            setAsked(null)
            remove.mutate()
          }}
          onClose={() => setAsked(null)}
        />
      )}
    </li>
  )
}

function Codes({ left, onMade }: { left: number; onMade: (recoveryCodes: string[]) => void }): ReactElement {
  const { t } = useLanguage()
  const failed = useFailureToast()
  const renew = useMutation({
    mutationFn: () => client.post('/api/v1/auth/recovery-codes'),
    onSuccess: ({ recoveryCodes }) => onMade(recoveryCodes),
    onError: (error) => failed(error, () => renew.mutate()),
  })
  return (
    <section className={styles.group}>
      <h2>{t('settings.codes')}</h2>
      <p className={styles.intro}>{t('settings.codesLeft', { left })}</p>
      <Button busy={renew.isPending} onClick={() => renew.mutate()}>
        {t('settings.codesRenew')}
      </Button>
    </section>
  )
}
