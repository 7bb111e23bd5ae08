import { AccountRequired, type components, type RegistrationWaits } from '@daguerre/client'
import { useQuery } from '@tanstack/react-query'
import { Link, useRouter } from '@tanstack/react-router'
import { type ReactElement, useEffect, useEffectEvent, useState } from 'react'
import { client } from '../../app/client.ts'
import { Failure } from '../../app/failure.tsx'
import { safeNext } from '../../app/next.ts'
import { currentViewer } from '../../app/session.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { buttonClass } from '../../ui/button.tsx'
import { Loading } from '../../ui/loading.tsx'
import { Notice } from '../../ui/notice.tsx'
import { toast } from '../../ui/toast.tsx'
import { Door } from './door.tsx'
import { NewcomerForm } from './newcomer-form.tsx'
import { type Brought, providers, readBrought, visitOf } from './providers.ts'
import { useEntrance } from './use-entrance.tsx'
import { Waits } from './waits.tsx'

/** What was brought works once, however often React begins with this page. */
const taken = new Map<string, Promise<unknown>>()

function take(provider: string, { state, code, iss }: Brought): Promise<unknown> {
  const begun = taken.get(state) ?? hand({ provider, state, code, ...(iss !== undefined && { iss }) })
  taken.set(state, begun)
  return begun
}

/** To whom it is handed depends on what the visit was for; of one that nobody knows of, the server says what there is to say. */
function hand(answer: components['schemas']['ProviderAnswer']): Promise<unknown> {
  switch (visitOf(answer.state)?.purpose) {
    case 'link':
      return client.post('/api/v1/auth/identities', { body: answer })
    case 'reauthenticate':
      return client.post('/api/v1/auth/reauthenticate', { body: { provider: answer } })
    default:
      return client.loginByProvider(answer)
  }
}

/** Where a provider sends the browser back to: goes in, on to a username, or back to where it was left for this. */
export function Arrival({ provider }: { provider: string }): ReactElement {
  const { t } = useLanguage()
  const { history } = useRouter()
  const { data } = useQuery(providers)
  const name = data?.items.find(({ id }) => id === provider)?.name ?? provider
  const [brought] = useState(readBrought)
  const [failure, setFailure] = useState<unknown>(null)
  const [newcomer, setNewcomer] = useState<AccountRequired['newcomer'] | null>(null)
  const [waits, setWaits] = useState<RegistrationWaits | null>(null)

  const visit = visitOf(brought.state)
  function go(): void {
    if (visit?.purpose === 'link') toast(t('settings.providerLinked', { name }))
    if (visit?.purpose === 'reauthenticate') toast(t('account.itIsYou'))
    history.replace(currentViewer()?.deletionAt ? '/settings/leaving' : safeNext(visit?.next))
  }
  const { enter, inTheWay } = useEntrance({
    isByPassword: false,
    onDone: go,
    onBack: () => history.replace('/login'),
  })
  const arrive = useEffectEvent(async () => {
    try {
      await enter(() => take(provider, brought))
    } catch (error) {
      if (error instanceof AccountRequired) setNewcomer(error.newcomer)
      else setFailure(error)
    }
  })
  useEffect(() => {
    if (brought.code !== '') void arrive()
  }, [brought])

  const again = <Again next={visit?.next} />
  if (brought.code === '') {
    const isForMore = visit && visit.purpose !== 'sign-in'
    return (
      <Notice isPage alert title={t(isForMore ? 'error.title' : 'account.notSignedIn')} action={again}>
        {t(brought.error === 'access_denied' ? 'account.providerDeclined' : 'account.providerRefused', { name })}
      </Notice>
    )
  }
  if (failure !== null) return <Failure isPage error={failure} action={again} />
  const signInLink = <Link to="/login">{t('action.signIn')}</Link>
  if (inTheWay) {
    return (
      <Door title={t('account.welcome')} other={signInLink}>
        {inTheWay}
      </Door>
    )
  }
  if (waits) return <Waits waits={waits} />
  if (newcomer) {
    return (
      <Door
        title={t('account.newcomer')}
        text={t('account.newcomerText', { name })}
        other={
          <>
            {t('account.linkInstead', { name })} {signInLink}
          </>
        }
      >
        <NewcomerForm newcomer={newcomer} invitation={visit?.invitation} onDone={go} onWaits={setWaits} />
      </Door>
    )
  }
  return <Loading />
}

/** Back to where the way to the provider begins. */
function Again({ next }: { next?: string | undefined }): ReactElement {
  const { t } = useLanguage()
  if (next !== undefined && currentViewer()) {
    return (
      <a className={buttonClass('primary')} href={safeNext(next)}>
        {t('action.back')}
      </a>
    )
  }
  return (
    <Link className={buttonClass('primary')} to="/login">
      {t('action.signIn')}
    </Link>
  )
}
