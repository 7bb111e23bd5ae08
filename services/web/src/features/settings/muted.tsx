import { useInfiniteQuery } from '@tanstack/react-query'
import type { components } from '@daguerre/client'
import type { ReactElement } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { useMute } from '../person/mute.ts'
import { mutedPeople } from '../person/queries.ts'
import { OwnPeople, OwnPerson } from './own-people.tsx'

/** Whom the viewer mutes, and until when. */
export function MutedSettings(): ReactElement {
  const { t } = useLanguage()
  return (
    <OwnPeople
      query={useInfiniteQuery(mutedPeople)}
      intro={t('settings.mutedIntro')}
      empty={<Notice title={t('settings.nobodyMuted')}>{t('settings.nobodyMutedText')}</Notice>}
    >
      {(person) => <MutedRow key={person.id} person={person} />}
    </OwnPeople>
  )
}

function MutedRow({ person }: { person: components['schemas']['MutedPerson'] }): ReactElement {
  const { t, date } = useLanguage()
  const mute = useMute(person)
  const { displayName, mutedUntil } = person
  return (
    <OwnPerson
      person={person}
      hint={mutedUntil === null ? t('settings.mutedForGood') : t('settings.mutedUntil', { time: date(mutedUntil) })}
    >
      <Button
        aria-label={`${t('person.unmute')}: ${displayName}`}
        onClick={() => mute({ isMuted: false, until: null })}
      >
        {t('person.unmute')}
      </Button>
    </OwnPerson>
  )
}
