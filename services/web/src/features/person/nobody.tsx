import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { buttonClass } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'

/** In place of a person that there is not. */
export function Nobody({ username }: { username: string }): ReactElement {
  const { t } = useLanguage()
  return (
    <>
      <h1 className="visually-hidden">@{username}</h1>
      <Notice
        title={t('person.nobody', { username })}
        action={
          <Link className={buttonClass('primary')} to="/search" search={{ q: `@${username}` }}>
            {t('person.searchName')}
          </Link>
        }
      >
        {t('person.nobodyText')}
      </Notice>
    </>
  )
}
