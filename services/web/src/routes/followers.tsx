import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useTitle } from '../app/title.ts'
import { FollowPage } from '../features/person/follow-page.tsx'
import { followersOf } from '../features/person/queries.ts'
import { useLanguage } from '../i18n/index.tsx'
import { Notice } from '../ui/notice.tsx'

const route = getRouteApi('/@{$username}/followers')

export function Followers(): ReactElement {
  const { t } = useLanguage()
  const { username } = route.useParams()
  const query = useInfiniteQuery(followersOf(username))
  useTitle(t('person.followersOf', { username }))
  return (
    <FollowPage
      username={username}
      name={`followers ${username}`}
      query={query}
      empty={<Notice title={t('person.noFollowers')} />}
    />
  )
}
