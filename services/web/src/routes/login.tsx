import { getRouteApi, Link, useRouter } from '@tanstack/react-router'
import { type ReactElement, useEffect, useEffectEvent, useState } from 'react'
import { client } from '../app/client.ts'
import { FormFailure } from '../app/failure.tsx'
import { safeNext } from '../app/next.ts'
import { currentViewer } from '../app/session.ts'
import { useTitle } from '../app/title.ts'
import { Door } from '../features/account/door.tsx'
import { offerPasskeys, withdrawPasskeys } from '../features/account/passkeys.ts'
import { ProviderButtons } from '../features/account/provider-buttons.tsx'
import { SignInForm } from '../features/account/sign-in-form.tsx'
import { Message, useLanguage } from '../i18n/index.tsx'

const route = getRouteApi('/login')

export function Login(): ReactElement {
  const { t } = useLanguage()
  const { next } = route.useSearch()
  const { history } = useRouter()
  useTitle(t('action.signIn'))
  function go(): void {
    history.replace(currentViewer()?.deletionAt ? '/settings/leaving' : safeNext(next))
  }
  const [failure, setFailure] = useState<unknown>(null)
  const enter = useEffectEvent(async (isHere: () => boolean) => {
    const passkey = await offerPasskeys()
    if (!passkey || !isHere()) return
    await client.loginByPasskey({ passkey })
    go()
  })
  useEffect(() => {
    let isHere = true
    enter(() => isHere).catch(setFailure)
    return () => {
      isHere = false
      void withdrawPasskeys()
    }
  }, [])
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
      <FormFailure error={failure} />
      <SignInForm onDone={go} />
      <ProviderButtons next={next} />
    </Door>
  )
}
