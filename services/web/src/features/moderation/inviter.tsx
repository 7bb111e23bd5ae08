import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Fragment, type ReactElement } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { inviterOf } from './queries.ts'

/** Who invited somebody, and whom they invited; nothing where nobody was. */
export function Inviter({ id }: { id: string }): ReactElement | null {
  const { t } = useLanguage()
  const { data } = useQuery(inviterOf(id))
  if (!data) return null
  const { invited, inviter, others } = data
  return (
    <>
      {invited && (
        <p>
          {t('moderation.invitedBy')} {inviter ? <Account {...inviter} /> : t('moderation.nobody')}
        </p>
      )}
      {others.length > 0 && (
        <p>
          {t('moderation.hasInvited')}{' '}
          {others.map((other, index) => (
            <Fragment key={other.id}>
              {index > 0 && ', '}
              <Account {...other} />
            </Fragment>
          ))}
        </p>
      )}
    </>
  )
}

function Account({ id, username }: { id: string; username: string }): ReactElement {
  return (
    <Link to="/moderation/accounts/$id" params={{ id }}>
      @{username}
    </Link>
  )
}
