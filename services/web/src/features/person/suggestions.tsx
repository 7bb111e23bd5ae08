import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { PersonRow } from './person-row.tsx'
import { suggestions } from './queries.ts'
import styles from './suggestions.module.css'

/** People whom the viewer may want to follow. Where they cannot be had, nothing is missing. */
export function Suggestions(): ReactElement | null {
  const { t } = useLanguage()
  const { data } = useQuery(suggestions)
  if (!data || data.items.length === 0) return null
  return (
    <section aria-labelledby="suggestions">
      <h2 id="suggestions" className={styles.title}>
        {t('person.suggestions')}
      </h2>
      {data.items.map((person) => (
        <PersonRow key={person.id} person={person} />
      ))}
    </section>
  )
}
