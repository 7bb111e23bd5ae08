import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useTitle } from '../app/title.ts'
import { FirstAdmin as Become } from '../features/account/first-admin.tsx'
import { useLanguage } from '../i18n/index.tsx'

const route = getRouteApi('/first-admin')

/** Where the link leads that the server prints when nobody is admin. */
export function FirstAdmin(): ReactElement {
  const { t } = useLanguage()
  const { token = '' } = route.useSearch()
  useTitle(t('account.firstAdmin'))
  return <Become token={token} />
}
