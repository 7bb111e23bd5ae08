import type { components } from '@daguerre/client'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { Failure } from '../../app/failure.tsx'
import { refresh } from '../../app/query-client.ts'
import { useFailureToast } from '../../app/use-failure-toast.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { SelectField } from '../../ui/field.tsx'
import { Loading } from '../../ui/loading.tsx'
import { Switch } from '../../ui/switch.tsx'
import { toast } from '../../ui/toast.tsx'
import { ownPerson } from '../account/queries.ts'
import { saveProfile } from '../account/save-profile.ts'
import { followRequests } from '../privacy/queries.ts'
import styles from './section.module.css'

type Speakers = components['schemas']['Speakers']

/** Who sees the viewer's posts, and who may speak to them. */
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
      {(['commentsBy', 'mentionsBy'] as const).map((which) => (
        <SpeakersField key={which} which={which} value={person.speech?.[which] ?? 'everybody'} />
      ))}
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

const speakers = ['everybody', 'followers', 'followed', 'nobody'] as const satisfies readonly Speakers[]

/** Who may comment below the viewer's posts, or mention them. */
function SpeakersField({ which, value }: { which: 'commentsBy' | 'mentionsBy'; value: Speakers }): ReactElement {
  const { t } = useLanguage()
  const fail = useFailureToast()
  const change = useMutation({
    mutationFn: (next: Speakers) => saveProfile({ [which]: next }),
    onSuccess: () => toast(t('state.saved')),
    onError: (reason, next) => fail(reason, () => change.mutate(next)),
  })
  return (
    <div className={styles.group}>
      <SelectField
        label={t(`privacy.${which}`)}
        hint={t(`privacy.${which}Hint`)}
        value={change.isPending ? change.variables : value}
        disabled={change.isPending}
        onChange={({ target }) => change.mutate(target.value as Speakers)}
      >
        {speakers.map((each) => (
          <option key={each} value={each}>
            {t(`privacy.speakers.${each}`)}
          </option>
        ))}
      </SelectField>
    </div>
  )
}
