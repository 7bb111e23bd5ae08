import { type components, RegistrationWaits } from '@daguerre/client'
import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { client } from '../../app/client.ts'
import { FormFailure } from '../../app/failure.tsx'
import { useForm } from '../../app/use-form.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { TextArea, TextField } from '../../ui/field.tsx'
import { checkText } from '../moderation/check-text.ts'
import { checkEmail, checkUsername } from './checks.ts'
import styles from './form.module.css'
import { registrationRules } from './queries.ts'

/** Makes an account for who has come from a provider: a username, and another address if they want one. */
export function NewcomerForm({
  newcomer: { newcomer, suggestedUsername, email: known, emailVerified },
  onDone,
}: {
  newcomer: components['schemas']['Newcomer']
  onDone: () => void
}): ReactElement {
  const { t } = useLanguage()
  const { data: rules } = useQuery(registrationRules)
  const [waits, setWaits] = useState<RegistrationWaits | null>(null)
  const form = useForm({
    initial: { username: suggestedUsername, email: known ?? '', invitation: '', application: '' },
    texts: {
      username: 'account.usernameRefused',
      email: 'account.emailWrong',
      invitation: 'account.invitationMissing',
      application: 'account.applicationLength',
    },
    check: ({ username, email, invitation, application }) => ({
      username: checkUsername(username),
      email: checkEmail(email),
      invitation: rules?.mode === 'invitation' && invitation.trim() === '' ? 'account.invitationMissing' : undefined,
      application: checkText(application, { max: 500, min: 0, id: 'account.applicationLength' }),
    }),
    async send({ username, email, invitation, application }) {
      const other = email.trim() === known ? {} : { email: email.trim() }
      const entry = {
        ...(invitation.trim() !== '' && { invitation: invitation.trim() }),
        ...(application.trim() !== '' && { application }),
      }
      try {
        await client.registerByProvider({ newcomer, username: username.trim(), ...other, ...entry })
        onDone()
      } catch (error) {
        if (!(error instanceof RegistrationWaits)) throw error
        setWaits(error)
      }
    },
  })
  const isProven = emailVerified && form.values.email.trim() === known
  if (waits) {
    return <p>{t(waits.waitsFor.includes('address') ? 'account.waitsForBoth' : 'account.waitsForApproval')}</p>
  }
  return (
    <form {...form.props} className={styles.form}>
      <FormFailure error={form.failure} />
      <TextField
        label={t('account.username')}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        required
        hint={t('account.usernameHint')}
        value={form.values.username}
        error={form.errorOf('username')}
        onChange={(event) => form.set('username', event.target.value)}
      />
      <TextField
        label={t('account.email')}
        name="email"
        type="email"
        autoComplete="email"
        required
        hint={t(isProven ? 'account.emailProven' : 'account.emailHint')}
        value={form.values.email}
        error={form.errorOf('email')}
        onChange={(event) => form.set('email', event.target.value)}
      />
      {rules?.mode === 'invitation' && (
        <TextField
          label={t('account.invitation')}
          name="invitation"
          autoComplete="off"
          dir="ltr"
          value={form.values.invitation}
          error={form.errorOf('invitation')}
          onChange={(event) => form.set('invitation', event.target.value)}
        />
      )}
      {rules?.mode === 'approval' && (
        <TextArea
          label={t('account.application')}
          hint={t('account.applicationHint')}
          name="application"
          rows={3}
          value={form.values.application}
          error={form.errorOf('application')}
          onChange={(event) => form.set('application', event.target.value)}
        />
      )}
      <Button type="submit" look="primary" busy={form.busy}>
        {t('action.register')}
      </Button>
    </form>
  )
}
