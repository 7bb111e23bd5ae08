import { getRouteApi, Link, useRouter } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { safeNext } from '../app/next.ts'
import { useTitle } from '../app/title.ts'
import { Door } from '../features/account/door.tsx'
import { ProviderButtons } from '../features/account/provider-buttons.tsx'
import { RegisterForm } from '../features/account/register-form.tsx'
import { Message, useLanguage } from '../i18n/index.tsx'

const route = getRouteApi('/register')

export function Register(): ReactElement {
  const { t } = useLanguage()
  const { next } = route.useSearch()
  const { history } = useRouter()
  useTitle(t('action.register'))
  return (
    <Door
      title={t('action.register')}
      other={
        <Message
          id="account.haveAccount"
          components={{ login: <Link to="/login" search={next === undefined ? {} : { next }} /> }}
        />
      }
    >
      <RegisterForm onDone={() => history.replace(safeNext(next))} />
      <ProviderButtons next={next} />
    </Door>
  )
}
