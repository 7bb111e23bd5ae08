import type { ReactElement } from 'react'
import { useLanguage } from '../i18n/index.tsx'

/** How long ago, with the moment itself for who wants to know. */
export function Time({ value }: { value: string }): ReactElement {
  const { ago, date } = useLanguage()
  return (
    <time
      dir="auto"
      dateTime={value}
      // Only who points at it sees it, and writing a date is slow.
      onPointerEnter={({ currentTarget }) => (currentTarget.title = date(value))}
    >
      {ago(value)}
    </time>
  )
}
