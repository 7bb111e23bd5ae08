import { useMutation, useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { client } from '../../app/client.ts'
import { Failure, FormFailure } from '../../app/failure.tsx'
import { useFailureToast } from '../../app/use-failure-toast.ts'
import { useForm } from '../../app/use-form.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Loading } from '../../ui/loading.tsx'
import { toast } from '../../ui/toast.tsx'
import { checkEmail } from '../account/checks.ts'
import { PasswordField, PasswordOwner } from '../account/password-field.tsx'
import { ownAccount, ownFactors } from '../account/queries.ts'
import styles from './section.module.css'

const empty = { newEmail: '', currentPassword: '' }

/** The address of the account: whether it is confirmed, and another one. */
export function AddressSettings(): ReactElement {
  const { t } = useLanguage()
  const { data: account, error, refetch } = useQuery(ownAccount)
  const { data: factors } = useQuery(ownFactors)
  const failed = useFailureToast()
  const resend = useMutation({
    mutationFn: () => client.post('/api/v1/auth/verify-email/resend'),
    onSuccess: () => toast(t('settings.linkSent')),
    onError: (reason) => failed(reason, () => resend.mutate()),
  })
  if (!account) {
    if (error) return <Failure error={error} onRetry={() => void refetch()} />
    return <Loading />
  }
  return (
    <>
      <div className={`${styles.group} ${styles.row}`}>
        <div>
          <bdi>{account.email}</bdi>
          <span className={styles.hint}>{t(account.emailVerified ? 'settings.verified' : 'settings.unverified')}</span>
        </div>
        {!account.emailVerified && (
          <Button busy={resend.isPending} onClick={() => resend.mutate()}>
            {t('settings.resend')}
          </Button>
        )}
      </div>
      {factors && <AddressForm username={account.username} hasPassword={factors.hasPassword} />}
    </>
  )
}

function AddressForm({ username, hasPassword }: { username: string; hasPassword: boolean }): ReactElement {
  const { t } = useLanguage()
  const form = useForm({
    initial: empty,
    texts: { newEmail: 'account.emailWrong', currentPassword: 'error.currentPassword' },
    check: ({ newEmail, currentPassword }) => ({
      newEmail: checkEmail(newEmail),
      currentPassword: hasPassword && currentPassword === '' ? 'account.passwordMissing' : undefined,
    }),
    async send({ newEmail, currentPassword }) {
      await client.put('/api/v1/auth/email', {
        body: { newEmail: newEmail.trim(), ...(hasPassword && { currentPassword }) },
      })
      form.reset(empty)
      toast(t('settings.newLinkSent', { email: newEmail.trim() }))
    },
  })
  return (
    <form {...form.props} className={styles.form}>
      <p className={styles.intro}>{t('settings.newEmailIntro')}</p>
      <FormFailure error={form.failure} />
      <PasswordOwner username={username} />
      <TextField label={t('settings.newEmail')} type="email" autoComplete="email" {...form.field('newEmail')} />
      {hasPassword && (
        <PasswordField
          label={t('settings.currentPassword')}
          autoComplete="current-password"
          {...form.field('currentPassword')}
        />
      )}
      <div className={styles.end}>
        <Button type="submit" look="primary" busy={form.busy}>
          {t('account.sendLink')}
        </Button>
      </div>
    </form>
  )
}
