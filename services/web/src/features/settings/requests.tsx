import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { AnyPerson } from '../../app/cache.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { ownPerson } from '../account/queries.ts'
import { useAnswer } from '../privacy/answer.ts'
import { followRequests } from '../privacy/queries.ts'
import { OwnPeople, OwnPerson } from './own-people.tsx'

/** Who asks to follow the viewer. */
export function RequestSettings(): ReactElement {
  const { t } = useLanguage()
  return (
    <OwnPeople query={useInfiniteQuery(followRequests)} intro={t('privacy.requestsIntro')} empty={<Nobody />}>
      {(person) => <Request key={person.id} person={person} />}
    </OwnPeople>
  )
}

function Nobody(): ReactElement {
  const { t } = useLanguage()
  const { data: person } = useQuery(ownPerson)
  if (person?.private !== false) return <Notice title={t('privacy.noRequests')}>{t('privacy.noRequestsText')}</Notice>
  return (
    <Notice
      title={t('privacy.noRequests')}
      action={
        <Link className={buttonClass()} to="/settings/$section" params={{ section: 'privacy' }}>
          {t('privacy.title')}
        </Link>
      }
    >
      {t('privacy.noRequestsOpen')}
    </Notice>
  )
}

function Request({ person }: { person: AnyPerson }): ReactElement {
  const { t } = useLanguage()
  const answer = useAnswer(person)
  const { isPending, variables } = answer
  return (
    <OwnPerson person={person}>
      {([true, false] as const).map((isAccepted) => {
        const text = t(isAccepted ? 'privacy.accept' : 'privacy.decline')
        return (
          <Button
            key={text}
            look={isAccepted ? 'primary' : 'quiet'}
            aria-label={`${text}: ${person.displayName}`}
            busy={isPending && variables === isAccepted}
            onClick={() => !isPending && answer.mutate(isAccepted)}
          >
            {text}
          </Button>
        )
      })}
    </OwnPerson>
  )
}
