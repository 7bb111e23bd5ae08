import type { ReactElement } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { Confirm } from '../../ui/dialog.tsx'

/** Before a private account is unfollowed: the way back is to ask again. */
export function UnfollowQuestion(props: { name: string; onYes: () => void; onClose: () => void }): ReactElement {
  const { t } = useLanguage()
  const { name, onYes, onClose } = props
  return (
    <Confirm
      title={t('person.unfollowTitle', { name })}
      text={t('person.unfollowText', { name })}
      yes={t('person.unfollow')}
      onYes={onYes}
      onClose={onClose}
    />
  )
}
