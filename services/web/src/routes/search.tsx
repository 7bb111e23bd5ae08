import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useTitle } from '../app/title.ts'
import { SearchView } from '../features/search/search-view.tsx'
import { useLanguage } from '../i18n/index.tsx'

const route = getRouteApi('/search')

/** People and hashtags. */
export function Search(): ReactElement {
  const { t } = useLanguage()
  const { q = '' } = route.useSearch()
  const navigate = route.useNavigate()
  useTitle(q === '' ? t('frame.search') : t('search.title', { text: q }))
  return (
    <SearchView
      asked={q}
      onAsk={(text) =>
        void navigate({ to: '/search', search: text === '' ? {} : { q: text }, replace: true, resetScroll: false })
      }
    />
  )
}
