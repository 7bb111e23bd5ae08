import type { ReactElement } from 'react'
import { client } from '../../app/client.ts'
import { FormFailure } from '../../app/failure.tsx'
import { useForm } from '../../app/use-form.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { EmailField } from './account-fields.tsx'
import { checkEmail } from './checks.ts'
import styles from './form.module.css'

/** Asks for the address to which a link for a new password is sent. Whether it has an account nobody learns here. */
export function ForgotForm({ onDone }: { onDone: (email: string) => void }): ReactElement {
  const { t } = useLanguage()
  const form = useForm({
    initial: { email: '' },
    texts: { email: 'account.emailWrong' },
    check: ({ email }) => ({ email: checkEmail(email) }),
    async send({ email }) {
      await client.post('/api/v1/auth/password-reset', { body: { email: email.trim() } })
      onDone(email.trim())
    },
  })
  return (
    <form {...form.props} className={styles.form}>
      <FormFailure error={form.failure} />
      <EmailField form={form} />
      <Button type="submit" look="primary" busy={form.busy}>
        {t('account.sendLink')}
      </Button>
    </form>
  )
}
