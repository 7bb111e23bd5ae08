import { useMutation, useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { client } from '../../app/client.ts'
import { Failure } from '../../app/failure.tsx'
import { queryClient } from '../../app/query-client.ts'
import { useSignOut } from '../../app/sign-out.ts'
import { useFailureToast } from '../../app/use-failure-toast.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { Loading } from '../../ui/loading.tsx'
import { toast } from '../../ui/toast.tsx'
import { ownAccount } from '../account/queries.ts'
import styles from './section.module.css'

/** The way out, for good; and back, for as long as there is one. */
export function LeavingSettings(): ReactElement {
  const { data: account, error, refetch } = useQuery(ownAccount)
  if (!account) {
    if (error) return <Failure error={error} onRetry={() => void refetch()} />
    return <Loading />
  }
  return account.deletionAt === null ? <Leave /> : <Return deletionAt={account.deletionAt} />
}

function Leave(): ReactElement {
  const { t, date } = useLanguage()
  const [isAsking, setAsking] = useState(false)
  const failed = useFailureToast()
  const signOut = useSignOut()
  const leave = useMutation({
    mutationFn: () => client.delete('/api/v1/auth/account'),
    async onSuccess({ deletionAt }) {
      await signOut()
      toast(t('settings.leavingBegun', { date: date(deletionAt, { dateStyle: 'long' }) }))
    },
    onError: (reason) => failed(reason, () => leave.mutate()),
  })
  return (
    <>
      <p className={styles.intro}>{t('settings.leavingIntro')}</p>
      <p className={styles.intro}>{t('settings.leavingStays')}</p>
      <p className={styles.intro}>{t('settings.leavingGrace')}</p>
      <div className={styles.end}>
        <Button look="danger" busy={leave.isPending} onClick={() => setAsking(true)}>
          {t('settings.leave')}
        </Button>
      </div>
      {isAsking && (
        <Confirm
          title={t('settings.leaveTitle')}
          text={t('settings.leaveText')}
          yes={t('settings.leave')}
          onYes={() => {
            setAsking(false)
            leave.mutate()
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  )
}

function Return({ deletionAt }: { deletionAt: string }): ReactElement {
  const { t, date } = useLanguage()
  const failed = useFailureToast()
  const stay = useMutation({
    mutationFn: () => client.delete('/api/v1/auth/account/deletion'),
    onSuccess: async () => {
      await queryClient.invalidateQueries()
      toast(t('settings.stayed'))
    },
    onError: (reason) => failed(reason, () => stay.mutate()),
  })
  return (
    <>
      <p className={styles.intro}>
        {t('settings.leavingOn', { date: date(deletionAt, { dateStyle: 'long', timeStyle: 'short' }) })}
      </p>
      <div className={styles.end}>
        <Button look="primary" busy={stay.isPending} onClick={() => stay.mutate()}>
          {t('settings.stay')}
        </Button>
      </div>
    </>
  )
}
