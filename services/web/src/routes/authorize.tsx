import { getRouteApi, Navigate } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useViewer } from '../app/session.ts'
import { useTitle } from '../app/title.ts'
import { Authorize as Ask } from '../features/account/authorize.tsx'
import { useLanguage } from '../i18n/index.tsx'

const path = '/oauth/authorize'
const route = getRouteApi(path)

/** As the application has written it: the router reads a query as JSON where it can, and writes it in its own way. */
function arrivedWith(): string {
  const [entry] = performance.getEntriesByType('navigation')
  const { pathname, search } = new URL(entry?.name ?? location.href)
  return pathname === path ? search : location.search
}

/** Where applications of others send the browser. Who is not signed in does that first, and comes back. */
export function Authorize(): ReactElement {
  const { t } = useLanguage()
  const { asked = arrivedWith() } = route.useSearch()
  const viewer = useViewer()
  useTitle(t('account.authorizeTitle'))
  if (viewer) return <Ask query={asked} />
  return <Navigate to="/login" search={{ next: `${path}?asked=${encodeURIComponent(asked)}` }} replace />
}
