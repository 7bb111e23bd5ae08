import { useInfiniteQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import type { AnyPerson } from '../../app/cache.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { restrictedPeople } from '../privacy/queries.ts'
import { useRestrict } from '../privacy/restrict.ts'
import { OwnPeople, OwnPerson } from './own-people.tsx'

/** Whom the viewer restricts. */
export function RestrictedSettings(): ReactElement {
  const { t } = useLanguage()
  return (
    <OwnPeople
      query={useInfiniteQuery(restrictedPeople)}
      intro={t('privacy.restrictedIntro')}
      empty={<Notice title={t('privacy.nobodyRestricted')}>{t('privacy.nobodyRestrictedText')}</Notice>}
    >
      {(person) => <Restricted key={person.id} person={person} />}
    </OwnPeople>
  )
}

function Restricted({ person }: { person: AnyPerson }): ReactElement {
  const { t } = useLanguage()
  const restrict = useRestrict(person)
  return (
    <OwnPerson person={person}>
      <Button
        aria-label={`${t('privacy.unrestrict')}: ${person.displayName}`}
        busy={restrict.isPending}
        onClick={() => restrict.mutate(false)}
      >
        {t('privacy.unrestrict')}
      </Button>
    </OwnPerson>
  )
}
