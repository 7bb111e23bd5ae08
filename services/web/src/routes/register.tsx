import type { RegistrationWaits } from '@daguerre/client'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useRouter } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { Failure } from '../app/failure.tsx'
import { safeNext } from '../app/next.ts'
import { useTitle } from '../app/title.ts'
import { Door } from '../features/account/door.tsx'
import { InvitationForm } from '../features/account/invitation-form.tsx'
import { ProviderButtons } from '../features/account/provider-buttons.tsx'
import { registrationRules } from '../features/account/queries.ts'
import { RegisterForm } from '../features/account/register-form.tsx'
import { Waits } from '../features/account/waits.tsx'
import { Message, useLanguage } from '../i18n/index.tsx'
import { Loading } from '../ui/loading.tsx'

const route = getRouteApi('/register')

/** Where an account is made, as the rules of this place have it. */
export function Register(): ReactElement {
  const { t } = useLanguage()
  const search = route.useSearch()
  const { next } = search
  const navigate = route.useNavigate()
  const { history } = useRouter()
  const { data: rules, error, refetch } = useQuery(registrationRules)
  const [waits, setWaits] = useState<RegistrationWaits | null>(null)
  useTitle(t('action.register'))
  if (waits) return <Waits waits={waits} />
  if (!rules) return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading />
  const invitation = search.invitation ?? firstAdminTokenOf(next)
  const isClosed = rules.mode === 'invitation' && invitation === undefined
  const isApplication = rules.mode === 'approval' && invitation === undefined
  const text =
    isClosed || isApplication
      ? t(isClosed ? 'account.byInvitationText' : 'account.byApproval')
      : search.invitation !== undefined && t('account.invited')
  return (
    <Door
      title={t(isClosed ? 'account.byInvitation' : 'action.register')}
      {...(text !== false && { text })}
      other={
        <Message
          id="account.haveAccount"
          components={{ login: <Link to="/login" search={next === undefined ? {} : { next }} /> }}
        />
      }
    >
      {isClosed ? (
        <InvitationForm onCode={(code) => navigate({ search: { ...search, invitation: code } })} />
      ) : (
        <RegisterForm
          invitation={invitation}
          isApplication={isApplication}
          onDone={() => history.replace(safeNext(next))}
          onWaits={setWaits}
        />
      )}
      <ProviderButtons next={next} invitation={invitation} />
    </Door>
  )
}

/** The link for the first admin lets its holder in. */
function firstAdminTokenOf(next: string | undefined): string | undefined {
  const { pathname, searchParams } = new URL(safeNext(next), location.origin)
  return pathname === '/first-admin' ? (searchParams.get('token') ?? undefined) : undefined
}
