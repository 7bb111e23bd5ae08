import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useTitle } from '../app/title.ts'
import { FollowPage } from '../features/person/follow-page.tsx'
import { followedBy } from '../features/person/queries.ts'
import { useLanguage } from '../i18n/index.tsx'
import { Notice } from '../ui/notice.tsx'

const route = getRouteApi('/@{$username}/following')

export function Following(): ReactElement {
  const { t } = useLanguage()
  const { username } = route.useParams()
  const query = useInfiniteQuery(followedBy(username))
  useTitle(t('person.followingOf', { username }))
  return (
    <FollowPage
      username={username}
      name={`following ${username}`}
      query={query}
      empty={<Notice title={t('person.noFollowing')} />}
    />
  )
}
