import type { UseInfiniteQueryResult } from '@tanstack/react-query'
import { type ReactElement, useEffect, useRef } from 'react'
import { useLanguage } from '../i18n/index.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { FailureLine } from './failure.tsx'
import styles from './list-end.module.css'

type Asked = Pick<
  UseInfiniteQueryResult,
  'error' | 'fetchNextPage' | 'hasNextPage' | 'isFetchNextPageError' | 'isFetching'
>

/** Below a list: asks for more when somebody comes near, and says why it did not come. Nothing where there is no more. */
export function ListEnd({
  query: { error, fetchNextPage, hasNextPage, isFetchNextPageError, isFetching },
}: {
  query: Asked
}): ReactElement | null {
  if (!hasNextPage) return null
  if (isFetchNextPageError) return <FailureLine error={error} onRetry={() => void fetchNextPage()} />
  return <Near onNear={() => !isFetching && void fetchNextPage()} />
}

/** Looks again whenever it is drawn: what came may have been too little to push it away. */
function Near({ onNear }: { onNear: () => void }): ReactElement {
  const { t } = useLanguage()
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = ref.current
    if (!element) return
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) onNear()
      },
      { rootMargin: '2000px 0px' },
    )
    observer.observe(element)
    return () => observer.disconnect()
  })
  return (
    <div ref={ref} className={styles.near}>
      <Spinner label={t('state.loading')} />
    </div>
  )
}
