import type { ReactElement } from 'react'
import { useLanguage } from '../i18n/index.tsx'

/** How long ago, with the moment itself for who wants to know. */
export function Time({ value }: { value: string }): ReactElement {
  const { ago, date } = useLanguage()
  return (
    <time dir="auto" dateTime={value} title={date(value)}>
      {ago(value)}
    </time>
  )
}
