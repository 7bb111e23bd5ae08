import { useInfiniteQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { Notice } from '../../ui/notice.tsx'
import { blockedPeople } from '../privacy/queries.ts'
import { UnblockButton } from '../privacy/unblock-button.tsx'
import { OwnPeople, OwnPerson } from './own-people.tsx'

/** Whom the viewer blocks. */
export function BlockedSettings(): ReactElement {
  const { t } = useLanguage()
  return (
    <OwnPeople
      query={useInfiniteQuery(blockedPeople)}
      intro={t('privacy.blockedIntro')}
      empty={<Notice title={t('privacy.nobodyBlocked')}>{t('privacy.nobodyBlockedText')}</Notice>}
    >
      {(person) => (
        <OwnPerson key={person.id} person={person}>
          <UnblockButton person={person} />
        </OwnPerson>
      )}
    </OwnPeople>
  )
}
