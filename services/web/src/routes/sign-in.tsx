import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useTitle } from '../app/title.ts'
import { Arrival } from '../features/account/arrival.tsx'
import { useLanguage } from '../i18n/index.tsx'

const route = getRouteApi('/sign-in/$provider')

/** Where providers send the browser back to. */
export function SignIn(): ReactElement {
  const { t } = useLanguage()
  const { provider } = route.useParams()
  useTitle(t('action.signIn'))
  return <Arrival provider={provider} />
}
