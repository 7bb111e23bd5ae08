import type { ReactElement } from 'react'
import { client } from '../../app/client.ts'
import { FormFailure } from '../../app/failure.tsx'
import { queryClient } from '../../app/query-client.ts'
import { useViewer } from '../../app/session.ts'
import { useForm } from '../../app/use-form.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { toast } from '../../ui/toast.tsx'
import { checkNewPassword } from '../account/checks.ts'
import { PasswordField, PasswordOwner } from '../account/password-field.tsx'
import styles from './section.module.css'

const empty = { currentPassword: '', newPassword: '' }

export function PasswordSettings(): ReactElement {
  const { t } = useLanguage()
  const viewer = useViewer()
  const form = useForm({
    initial: empty,
    texts: { currentPassword: 'error.currentPassword', newPassword: 'account.passwordShort' },
    check: ({ currentPassword, newPassword }) => ({
      currentPassword: currentPassword === '' ? 'account.passwordMissing' : undefined,
      newPassword: checkNewPassword(newPassword),
    }),
    async send({ currentPassword, newPassword }) {
      await client.put('/api/v1/auth/password', { body: { currentPassword, newPassword } })
      form.reset(empty)
      toast(t('settings.passwordChanged'))
      await queryClient.invalidateQueries({ queryKey: ['sessions'] })
    },
  })
  return (
    <form {...form.props} className={styles.form}>
      <p className={styles.intro}>{t('settings.passwordIntro')}</p>
      <FormFailure error={form.failure} />
      <PasswordOwner username={viewer?.username ?? ''} />
      <PasswordField
        label={t('settings.currentPassword')}
        name="currentPassword"
        autoComplete="current-password"
        value={form.values.currentPassword}
        error={form.errorOf('currentPassword')}
        onChange={(value) => form.set('currentPassword', value)}
      />
      <PasswordField
        label={t('settings.newPassword')}
        name="newPassword"
        autoComplete="new-password"
        hint={t('account.passwordHint')}
        value={form.values.newPassword}
        error={form.errorOf('newPassword')}
        onChange={(value) => form.set('newPassword', value)}
      />
      <div className={styles.end}>
        <Button type="submit" look="primary" busy={form.busy}>
          {t('settings.changePassword')}
        </Button>
      </div>
    </form>
  )
}
