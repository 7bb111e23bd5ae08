import type { ReactElement } from 'react'
import { client } from '../../app/client.ts'
import { FormFailure } from '../../app/failure.tsx'
import { useForm } from '../../app/use-form.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { checkNewPassword } from './checks.ts'
import styles from './form.module.css'
import { PasswordField } from './password-field.tsx'

/** Asks for a new password, which ends all sessions of the account. */
export function ResetForm({ token, onDone }: { token: string; onDone: () => void }): ReactElement {
  const { t } = useLanguage()
  const form = useForm({
    initial: { password: '' },
    texts: { password: 'account.passwordShort' },
    check: ({ password }) => ({ password: checkNewPassword(password) }),
    async send({ password }) {
      await client.post('/api/v1/auth/password-reset/confirm', { body: { token, password } })
      onDone()
    },
  })
  return (
    <form {...form.props} className={styles.form}>
      <FormFailure error={form.failure} />
      <PasswordField
        label={t('settings.newPassword')}
        autoComplete="new-password"
        hint={t('account.passwordHint')}
        {...form.field('password')}
      />
      <Button type="submit" look="primary" busy={form.busy}>
        {t('account.chooseNew')}
      </Button>
    </form>
  )
}
