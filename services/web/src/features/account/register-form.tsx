import type { ReactElement } from 'react'
import { client } from '../../app/client.ts'
import { FormFailure } from '../../app/failure.tsx'
import { useForm } from '../../app/use-form.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { checkEmail, checkNewPassword, checkUsername } from './checks.ts'
import styles from './form.module.css'
import { PasswordField } from './password-field.tsx'

export function RegisterForm({ onDone }: { onDone: () => void }): ReactElement {
  const { t } = useLanguage()
  const form = useForm({
    initial: { email: '', username: '', password: '' },
    texts: { email: 'account.emailWrong', username: 'account.usernameRefused', password: 'account.passwordShort' },
    check: ({ email, username, password }) => ({
      email: checkEmail(email),
      username: checkUsername(username),
      password: checkNewPassword(password),
    }),
    async send({ email, username, password }) {
      await client.register({ email: email.trim(), username: username.trim(), password })
      onDone()
    },
  })
  return (
    <form {...form.props} className={styles.form}>
      <FormFailure error={form.failure} />
      <TextField
        label={t('account.email')}
        name="email"
        type="email"
        autoComplete="email"
        required
        hint={t('account.emailHint')}
        value={form.values.email}
        error={form.errorOf('email')}
        onChange={(event) => form.set('email', event.target.value)}
      />
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
      <PasswordField
        label={t('account.password')}
        autoComplete="new-password"
        hint={t('account.passwordHint')}
        value={form.values.password}
        error={form.errorOf('password')}
        onChange={(value) => form.set('password', value)}
      />
      <Button type="submit" look="primary" busy={form.busy}>
        {t('action.register')}
      </Button>
    </form>
  )
}
