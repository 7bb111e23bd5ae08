import type { components } from '@daguerre/client'
import type { ReactElement } from 'react'
import { client } from '../../app/client.ts'
import { FormFailure } from '../../app/failure.tsx'
import { useForm } from '../../app/use-form.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { checkEmail, checkUsername } from './checks.ts'
import styles from './form.module.css'

/** Makes an account for who has come from a provider: a username, and another address if they want one. */
export function NewcomerForm({
  newcomer: { newcomer, suggestedUsername, email: known, emailVerified },
  onDone,
}: {
  newcomer: components['schemas']['Newcomer']
  onDone: () => void
}): ReactElement {
  const { t } = useLanguage()
  const form = useForm({
    initial: { username: suggestedUsername, email: known ?? '' },
    texts: { username: 'account.usernameRefused', email: 'account.emailWrong' },
    check: ({ username, email }) => ({ username: checkUsername(username), email: checkEmail(email) }),
    async send({ username, email }) {
      const other = email.trim() === known ? {} : { email: email.trim() }
      await client.registerByProvider({ newcomer, username: username.trim(), ...other })
      onDone()
    },
  })
  const isProven = emailVerified && form.values.email.trim() === known
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
      <Button type="submit" look="primary" busy={form.busy}>
        {t('action.register')}
      </Button>
    </form>
  )
}
