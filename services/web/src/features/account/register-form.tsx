import { RegistrationWaits } from '@daguerre/client'
import type { ReactElement } from 'react'
import { client } from '../../app/client.ts'
import { FormFailure } from '../../app/failure.tsx'
import { useForm } from '../../app/use-form.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { checkText } from '../moderation/check-text.ts'
import { ApplicationField, EmailField, UsernameField } from './account-fields.tsx'
import { checkEmail, checkNewPassword, checkUsername } from './checks.ts'
import styles from './form.module.css'
import { PasswordField } from './password-field.tsx'

/** Makes an account: with an invitation, if there is one, or with a word to moderators where these decide. */
export function RegisterForm(props: {
  invitation: string | undefined
  isApplication: boolean
  onDone: () => void
  onWaits: (waits: RegistrationWaits) => void
}): ReactElement {
  const { t } = useLanguage()
  const { invitation, isApplication } = props
  const form = useForm({
    initial: { email: '', username: '', password: '', application: '' },
    texts: {
      email: 'account.emailWrong',
      username: 'account.usernameRefused',
      password: 'account.passwordShort',
      application: 'account.applicationLength',
    },
    check: ({ email, username, password, application }) => ({
      email: checkEmail(email),
      username: checkUsername(username),
      password: checkNewPassword(password),
      application: checkText(application, { max: 500, min: 0, id: 'account.applicationLength' }),
    }),
    async send({ email, username, password, application }) {
      try {
        await client.register({
          ...{ email: email.trim(), username: username.trim(), password },
          ...(invitation !== undefined && { invitation }),
          ...(isApplication && { application }),
        })
        props.onDone()
      } catch (error) {
        if (!(error instanceof RegistrationWaits)) throw error
        props.onWaits(error)
      }
    },
  })
  return (
    <form {...form.props} className={styles.form}>
      <FormFailure error={form.failure} />
      <EmailField form={form} hint={t('account.emailHint')} />
      <UsernameField form={form} />
      <PasswordField
        label={t('account.password')}
        autoComplete="new-password"
        hint={t('account.passwordHint')}
        {...form.field('password')}
      />
      {isApplication && <ApplicationField form={form} />}
      <Button type="submit" look="primary" busy={form.busy}>
        {t('action.register')}
      </Button>
    </form>
  )
}
