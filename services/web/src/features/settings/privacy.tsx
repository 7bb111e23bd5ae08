import { useMutation, useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { Failure } from '../../app/failure.tsx'
import { refresh } from '../../app/query-client.ts'
import { useFailureToast } from '../../app/use-failure-toast.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { Loading } from '../../ui/loading.tsx'
import { Switch } from '../../ui/switch.tsx'
import { ownPerson } from '../account/queries.ts'
import { saveProfile } from '../account/save-profile.ts'
import { followRequests } from '../privacy/queries.ts'
import styles from './section.module.css'

/** Who sees the viewer's posts. */
export function PrivacySettings(): ReactElement {
  const { t } = useLanguage()
  const { data: person, error, refetch } = useQuery(ownPerson)
  const [isAsking, setAsking] = useState(false)
  const fail = useFailureToast()
  const change = useMutation({
    mutationFn: (isPrivate: boolean) => saveProfile({ private: isPrivate }),
    onSuccess: () => void refresh(followRequests.queryKey),
    onError: (reason, isPrivate) => fail(reason, () => change.mutate(isPrivate)),
  })
  if (!person) {
    if (error) return <Failure error={error} onRetry={() => void refetch()} />
    return <Loading />
  }
  const isPrivate = change.isPending ? change.variables : person.private
  return (
    <>
      <Switch
        label={t('privacy.private')}
        hint={t('privacy.privateHint')}
        checked={isPrivate}
        disabled={change.isPending}
        onChange={(on) => (on ? change.mutate(true) : setAsking(true))}
      />
      <p className={styles.intro}>{t(isPrivate ? 'privacy.privateText' : 'privacy.openText')}</p>
      {isAsking && (
        <Confirm
          title={t('privacy.openTitle')}
          text={t('privacy.openWarning')}
          yes={t('privacy.openYes')}
          onYes={() => {
            setAsking(false)
            change.mutate(false)
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  )
}
