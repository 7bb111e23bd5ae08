import { type components, RegistrationWaits } from '@daguerre/client'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { client } from '../../app/client.ts'
import { FormFailure } from '../../app/failure.tsx'
import { useForm } from '../../app/use-form.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { checkText } from '../moderation/check-text.ts'
import { ApplicationField, EmailField, InvitationField, UsernameField } from './account-fields.tsx'
import { checkEmail, checkUsername } from './checks.ts'
import styles from './form.module.css'
import { registrationRules } from './queries.ts'

/** Makes an account for who has come from a provider: a username, and another address if they want one. */
export function NewcomerForm({
  newcomer: { newcomer, suggestedUsername, email: known, emailVerified },
  invitation,
  onDone,
  onWaits,
}: {
  newcomer: components['schemas']['Newcomer']
  /** With which they came, before they went to the provider. */
  invitation: string | undefined
  onDone: () => void
  onWaits: (waits: RegistrationWaits) => void
}): ReactElement {
  const { t } = useLanguage()
  const { data: rules } = useQuery(registrationRules)
  const form = useForm({
    initial: { username: suggestedUsername, email: known ?? '', invitation: invitation ?? '', application: '' },
    texts: {
      username: 'account.usernameRefused',
      email: 'account.emailWrong',
      invitation: 'account.invitationMissing',
      application: 'account.applicationLength',
    },
    check: ({ username, email, invitation: code, application }) => ({
      username: checkUsername(username),
      email: checkEmail(email),
      invitation: rules?.mode === 'invitation' && code.trim() === '' ? 'account.invitationMissing' : undefined,
      application: checkText(application, { max: 500, min: 0, id: 'account.applicationLength' }),
    }),
    async send({ username, email, invitation: code, application }) {
      const other = email.trim() === known ? {} : { email: email.trim() }
      const entry = {
        ...(code.trim() !== '' && { invitation: code.trim() }),
        ...(application.trim() !== '' && { application }),
      }
      try {
        await client.registerByProvider({ newcomer, username: username.trim(), ...other, ...entry })
        onDone()
      } catch (error) {
        if (!(error instanceof RegistrationWaits)) throw error
        onWaits(error)
      }
    },
  })
  const isProven = emailVerified && form.values.email.trim() === known
  const isApplication = rules?.mode === 'approval' && invitation === undefined
  return (
    <form {...form.props} className={styles.form}>
      <FormFailure error={form.failure} />
      {isApplication && <p>{t('account.byApproval')}</p>}
      <UsernameField form={form} />
      <EmailField form={form} hint={t(isProven ? 'account.emailProven' : 'account.emailHint')} />
      {rules?.mode === 'invitation' && <InvitationField form={form} />}
      {isApplication && <ApplicationField form={form} />}
      <Button type="submit" look="primary" busy={form.busy}>
        {t('action.register')}
      </Button>
    </form>
  )
}
