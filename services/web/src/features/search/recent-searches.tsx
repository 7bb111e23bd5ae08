import type { ReactElement } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { IconButton } from '../../ui/button.tsx'
import { PersonRow } from '../person/person-row.tsx'
import { nameOf, type Recent, withoutRecent, withRecent } from './recent.ts'
import styles from './search.module.css'
import { TagRow } from './tag-row.tsx'

/** Where somebody went from here lately. Only this browser knows. */
export function RecentSearches({
  list,
  onChange,
}: {
  list: readonly Recent[]
  onChange: (list: Recent[]) => void
}): ReactElement | null {
  const { t } = useLanguage()
  if (list.length === 0) return null
  return (
    <section aria-labelledby="recent">
      <header className={styles.head}>
        <h2 id="recent">{t('search.recent')}</h2>
        <button type="button" className={styles.clear} onClick={() => onChange([])}>
          {t('search.clearRecent')}
        </button>
      </header>
      {list.map((recent) => {
        const action = (
          <IconButton
            icon="close"
            label={t('search.forget', {
              name: recent.kind === 'person' ? recent.person.displayName : `#${recent.tag}`,
            })}
            onClick={() => onChange(withoutRecent(list, recent))}
          />
        )
        const shared = { onOpen: () => onChange(withRecent(list, recent)), action }
        return recent.kind === 'person' ? (
          <PersonRow key={nameOf(recent)} person={recent.person} {...shared} />
        ) : (
          <TagRow key={nameOf(recent)} tag={recent.tag} {...shared} />
        )
      })}
    </section>
  )
}
