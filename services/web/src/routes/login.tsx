import { getRouteApi, Link, useRouter } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { safeNext } from '../app/next.ts'
import { currentViewer } from '../app/session.ts'
import { useTitle } from '../app/title.ts'
import { Door } from '../features/account/door.tsx'
import { SignInForm } from '../features/account/sign-in-form.tsx'
import { Message, useLanguage } from '../i18n/index.tsx'

const route = getRouteApi('/login')

export function Login(): ReactElement {
  const { t } = useLanguage()
  const { next } = route.useSearch()
  const { history } = useRouter()
  useTitle(t('action.signIn'))
  return (
    <Door
      title={t('account.welcome')}
      {...(next === undefined ? {} : { text: t('account.signInFirst') })}
      other={
        <>
          <Message
            id="account.noAccount"
            components={{ register: <Link to="/register" search={next === undefined ? {} : { next }} /> }}
          />
          <br />
          <Link to="/forgot-password">{t('account.forgot')}</Link>
        </>
      }
    >
      <SignInForm onDone={() => history.replace(currentViewer()?.deletionAt ? '/settings/leaving' : safeNext(next))} />
    </Door>
  )
}
