import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { Failure } from '../app/failure.tsx'
import { ListEnd } from '../app/list-end.tsx'
import { useTitle } from '../app/title.ts'
import { byStretch } from '../features/notification/days.ts'
import { NotificationItem } from '../features/notification/item.tsx'
import { RequestsEntry } from '../features/notification/requests-entry.tsx'
import { useMarkAllRead } from '../features/notification/mutations.ts'
import styles from '../features/notification/notification.module.css'
import { type Filter, filterOf, filters, notificationList, unreadCount } from '../features/notification/queries.ts'
import { useLanguage } from '../i18n/index.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { Loading } from '../ui/loading.tsx'

const route = getRouteApi('/notifications')

export function Notifications(): ReactElement {
  const { t } = useLanguage()
  const filter = filterOf(route.useSearch().kind)
  const { data: unread } = useQuery(unreadCount)
  const markAllRead = useMarkAllRead()
  useTitle(t('frame.notifications'))
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1>{t('frame.notifications')}</h1>
        {(unread?.count ?? 0) > 0 && <Button onClick={() => markAllRead.mutate()}>{t('notification.readAll')}</Button>}
      </header>
      <RequestsEntry />
      <Filters current={filter} />
      <List key={filter} filter={filter} />
    </div>
  )
}

function Filters({ current }: { current: Filter | null }): ReactElement {
  const { t } = useLanguage()
  return (
    <nav className={styles.filters} aria-label={t('notification.filters')}>
      {[null, ...(Object.keys(filters) as Filter[])].map((filter) => (
        <Link
          key={filter}
          className={styles.filter}
          to="/notifications"
          search={filter === null ? {} : { kind: filter }}
          activeOptions={{ exact: true, explicitUndefined: true }}
          aria-current={filter === current ? 'page' : undefined}
          resetScroll={false}
          replace
        >
          {t(`notification.filter.${filter ?? 'all'}`)}
        </Link>
      ))}
    </nav>
  )
}

function List({ filter }: { filter: Filter | null }): ReactElement {
  const { t } = useLanguage()
  const query = useInfiniteQuery(notificationList(filter))
  const { data, error, refetch, hasNextPage } = query
  if (!data) {
    if (error) return <Failure error={error} onRetry={() => void refetch()} />
    return <Loading />
  }
  const items = data.pages.flatMap((page) => page.items)
  if (items.length === 0 && !hasNextPage) return <Nothing filter={filter} />
  return (
    <>
      {byStretch(items).map((group) => (
        <section key={group.stretch}>
          <h2 className={styles.stretch}>{t(`notification.${group.stretch}`)}</h2>
          <ul>
            {group.items.map((item) => (
              <NotificationItem key={item.id} notification={item} />
            ))}
          </ul>
        </section>
      ))}
      <ListEnd query={query} />
    </>
  )
}

function Nothing({ filter }: { filter: Filter | null }): ReactElement {
  const { t } = useLanguage()
  if (filter !== null) return <Notice title={t('notification.noneOfKind')} />
  return (
    <Notice
      title={t('notification.none')}
      action={
        <Link className={buttonClass('primary')} to="/explore">
          {t('frame.explore')}
        </Link>
      }
    >
      {t('notification.noneText')}
    </Notice>
  )
}
