import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { client } from '../../app/client.ts'
import { Failure, FormFailure } from '../../app/failure.tsx'
import { queryClient } from '../../app/query-client.ts'
import { useViewer } from '../../app/session.ts'
import { useForm } from '../../app/use-form.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { Loading } from '../../ui/loading.tsx'
import { toast } from '../../ui/toast.tsx'
import { checkNewPassword } from '../account/checks.ts'
import { PasswordField, PasswordOwner } from '../account/password-field.tsx'
import { ownFactors } from '../account/queries.ts'
import styles from './section.module.css'

const empty = { currentPassword: '', newPassword: '' }

export function PasswordSettings(): ReactElement {
  const { data: factors, error, refetch } = useQuery(ownFactors)
  if (factors) return <PasswordForm hasPassword={factors.hasPassword} />
  return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading />
}

/** Another password; who has none yet, as their account was made by a provider, chooses the first one. */
function PasswordForm({ hasPassword }: { hasPassword: boolean }): ReactElement {
  const { t } = useLanguage()
  const viewer = useViewer()
  const form = useForm({
    initial: empty,
    texts: { currentPassword: 'error.currentPassword', newPassword: 'account.passwordShort' },
    check: ({ currentPassword, newPassword }) => ({
      currentPassword: hasPassword && currentPassword === '' ? 'account.passwordMissing' : undefined,
      newPassword: checkNewPassword(newPassword),
    }),
    async send({ currentPassword, newPassword }) {
      await client.put('/api/v1/auth/password', {
        body: { newPassword, ...(hasPassword && { currentPassword }) },
      })
      form.reset(empty)
      toast(t('settings.passwordChanged'))
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: ['sessions'] }),
        queryClient.invalidateQueries({ queryKey: ownFactors.queryKey }),
      ])
    },
  })
  return (
    <form {...form.props} className={styles.form}>
      <p className={styles.intro}>{t(hasPassword ? 'settings.passwordIntro' : 'settings.passwordNone')}</p>
      <FormFailure error={form.failure} />
      <PasswordOwner username={viewer?.username ?? ''} />
      {hasPassword && (
        <PasswordField
          label={t('settings.currentPassword')}
          autoComplete="current-password"
          {...form.field('currentPassword')}
        />
      )}
      <PasswordField
        label={t('settings.newPassword')}
        autoComplete="new-password"
        hint={t('account.passwordHint')}
        {...form.field('newPassword')}
      />
      <div className={styles.end}>
        <Button type="submit" look="primary" busy={form.busy}>
          {t(hasPassword ? 'settings.changePassword' : 'settings.choosePassword')}
        </Button>
      </div>
    </form>
  )
}
