import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import type { ReactElement, ReactNode } from 'react'
import { ListEnd } from '../../app/list-end.tsx'
import { type MessageId, useLanguage } from '../../i18n/index.tsx'
import { Loading } from '../../ui/loading.tsx'
import { Notice } from '../../ui/notice.tsx'
import { ModerationFailure } from './moderation-failure.tsx'
import styles from './moderation.module.css'

/** A list of what moderators look at, page by page: on its way, failed, empty, or a row for each. */
export function Listed<Item>({
  query,
  empty,
  emptyText,
  intro,
  keyOf,
  renderItem,
}: {
  query: UseInfiniteQueryResult<InfiniteData<{ items: Item[] }>>
  empty: MessageId
  emptyText: MessageId
  /** Above the rows, if there are any. */
  intro?: ReactNode
  keyOf: (item: Item) => string | number
  renderItem: (item: Item) => ReactNode
}): ReactElement {
  const { t } = useLanguage()
  const { data, error, refetch } = query
  if (!data) return error ? <ModerationFailure error={error} onRetry={() => void refetch()} /> : <Loading />
  const items = data.pages.flatMap((page) => page.items)
  if (items.length === 0) return <Notice title={t(empty)}>{t(emptyText)}</Notice>
  return (
    <>
      {intro}
      <ul className={styles.rows}>
        {items.map((item) => (
          <li key={keyOf(item)}>{renderItem(item)}</li>
        ))}
      </ul>
      <ListEnd query={query} />
    </>
  )
}
