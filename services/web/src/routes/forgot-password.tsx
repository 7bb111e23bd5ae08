import { Link } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { useTitle } from '../app/title.ts'
import { Door } from '../features/account/door.tsx'
import { ForgotForm } from '../features/account/forgot-form.tsx'
import { Message, useLanguage } from '../i18n/index.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'

/** Where a link for a new password is asked for. */
export function ForgotPassword(): ReactElement {
  const { t } = useLanguage()
  const [sentTo, setSentTo] = useState<string | null>(null)
  useTitle(t('account.forgot'))
  if (sentTo !== null) {
    return (
      <Notice
        isPage
        title={t('account.resetSent')}
        action={
          <Link className={buttonClass()} to="/login">
            {t('action.signIn')}
          </Link>
        }
      >
        {t('account.resetSentText', { email: sentTo })}
      </Notice>
    )
  }
  return (
    <Door
      title={t('account.forgot')}
      text={t('account.forgotText')}
      other={<Message id="account.haveAccount" components={{ login: <Link to="/login" /> }} />}
    >
      <ForgotForm onDone={setSentTo} />
    </Door>
  )
}
