import { useInfiniteQuery } from '@tanstack/react-query'
import type { ReactElement, ReactNode } from 'react'
import type { Post } from '../../app/cache.ts'
import { Failure } from '../../app/failure.tsx'
import { ListEnd } from '../../app/list-end.tsx'
import { useLanguage } from '../../i18n/index.tsx'
import { Coming } from '../../ui/loading.tsx'
import styles from './feed.module.css'
import { NewPill } from './new-pill.tsx'
import { type Feed, postsOf } from './queries.ts'
import { useFresh } from './use-fresh.ts'

/** A list of posts in each of its states: coming, empty, failed, with more to come, at its end. */
export function FeedView({
  feed,
  skeleton,
  empty,
  children,
  end,
}: {
  feed: Feed
  skeleton: ReactNode
  empty: ReactNode
  /** @param isComplete whether there is nothing behind the last one */
  children: (posts: Post[], isComplete: boolean) => ReactNode
  end?: ReactNode
}): ReactElement {
  const { t } = useLanguage()
  const query = useInfiniteQuery(feed.list)
  const { fresh, show } = useFresh(feed, query)
  const { data, error, isPending, hasNextPage, refetch } = query

  if (isPending) return <Coming>{skeleton}</Coming>
  if (!data) return <Failure error={error} onRetry={() => void refetch()} />
  const posts = postsOf(data)
  if (posts.length === 0 && !hasNextPage) return <>{empty}</>
  return (
    <>
      <NewPill posts={fresh} onShow={show} />
      {children(posts, !hasNextPage)}
      {!hasNextPage && (end ?? <p className={styles.end}>{t('feed.end')}</p>)}
      <ListEnd query={query} />
    </>
  )
}
