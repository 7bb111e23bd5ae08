import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { client } from '../../app/client.ts'
import { FormFailure } from '../../app/failure.tsx'
import { queryClient } from '../../app/query-client.ts'
import { useViewer } from '../../app/session.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Door } from './door.tsx'
import { registrationRules } from './queries.ts'

/** Says that an address is one's own: by hand, as mail programs look at links by themselves, and this one works once. */
export function ConfirmAddress({ token }: { token: string }): ReactElement {
  const { t } = useLanguage()
  const { data: rules } = useQuery(registrationRules)
  const waits = useViewer() === null && rules?.mode === 'approval'
  const { mutate, isPending, isSuccess, error } = useMutation({
    mutationFn: () => client.post('/api/v1/auth/verify-email', { body: { token } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['me'] }),
  })
  if (isSuccess) {
    return (
      <Notice
        isPage
        title={t('account.confirmed')}
        action={
          <Link className={buttonClass('primary')} to="/">
            {t('frame.home')}
          </Link>
        }
      >
        {t(waits ? 'account.confirmedWaits' : 'account.confirmedText')}
      </Notice>
    )
  }
  return (
    <Door
      title={t('account.confirmAddress')}
      text={t('account.confirmText')}
      other={
        <Link to="/settings/$section" params={{ section: 'email' }}>
          {t('account.anotherLink')}
        </Link>
      }
    >
      <FormFailure error={error} />
      <Button look="primary" busy={isPending} onClick={() => mutate()}>
        {t('account.confirm')}
      </Button>
    </Door>
  )
}
