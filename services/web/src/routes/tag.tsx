import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type ReactElement, useMemo } from 'react'
import { useTitle } from '../app/title.ts'
import { GridPage } from '../features/feed/grid-page.tsx'
import { tagFeed } from '../features/feed/queries.ts'
import { tagCount } from '../features/search/queries.ts'
import { useLanguage } from '../i18n/index.tsx'
import { Notice } from '../ui/notice.tsx'

const route = getRouteApi('/tags/$tag')

/** Everything with a hashtag. */
export function Tag(): ReactElement {
  const { t, compact } = useLanguage()
  const { tag } = route.useParams()
  const feed = useMemo(() => tagFeed(tag), [tag])
  const { data: count } = useQuery(tagCount(tag))
  useTitle(`#${tag}`)
  return (
    <GridPage
      key={tag}
      name={`tag ${tag}`}
      title={<bdi>#{tag}</bdi>}
      side={count ? t('feed.tagPosts', { count, shown: compact(count) }) : undefined}
      feed={feed}
      empty={<Notice title={t('feed.emptyTag', { tag })}>{t('feed.emptyTagText')}</Notice>}
    />
  )
}
