import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { client } from '../../app/client.ts'
import { FormFailure } from '../../app/failure.tsx'
import { queryClient } from '../../app/query-client.ts'
import { useFailureToast } from '../../app/use-failure-toast.ts'
import { useForm } from '../../app/use-form.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextArea } from '../../ui/field.tsx'
import { Time } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import { checkText } from './check-text.ts'
import { Listed } from './listed.tsx'
import styles from './moderation.module.css'
import { type Applicant, applicants } from './queries.ts'

function again(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: applicants.queryKey })
}

/** Who waits to be let in, and what moderators decide. */
export function Applicants(): ReactElement {
  return (
    <Listed
      query={useInfiniteQuery(applicants)}
      empty="moderation.noApplicants"
      emptyText="moderation.noApplicantsText"
      keyOf={({ id }) => id}
      renderItem={(applicant) => <ApplicantRow applicant={applicant} />}
    />
  )
}

function ApplicantRow({ applicant }: { applicant: Applicant }): ReactElement {
  const { t } = useLanguage()
  const failed = useFailureToast()
  const [isDeclining, setDeclining] = useState(false)
  const { id, username: name, application, appliedAt } = applicant
  const approve = useMutation({
    mutationFn: () => client.post('/api/v1/moderation/registrations/{id}/approve', { params: { path: { id } } }),
    async onSuccess() {
      toast(t('moderation.approved', { name }))
      await again()
    },
    onError: (error) => failed(error, () => approve.mutate()),
  })
  return (
    <>
      <p>
        <bdi className={styles.title}>{name}</bdi> <Time value={appliedAt} />
      </p>
      {application !== '' && (
        <p className={styles.quote} dir="auto">
          {application}
        </p>
      )}
      <div className={styles.acts}>
        <Button look="primary" busy={approve.isPending} onClick={() => approve.mutate()}>
          {t('moderation.approve', { name })}
        </Button>
        <Button onClick={() => setDeclining(true)}>{t('moderation.declineOf', { name })}</Button>
      </div>
      {isDeclining && <DeclineDialog applicant={applicant} onClose={() => setDeclining(false)} />}
    </>
  )
}

function DeclineDialog({ applicant, onClose }: { applicant: Applicant; onClose: () => void }): ReactElement {
  const { t } = useLanguage()
  const { id, username: name } = applicant
  const form = useForm({
    initial: { reason: '' },
    texts: { reason: 'moderation.actReasonLength' },
    check: ({ reason }) => ({ reason: checkText(reason, { max: 500, id: 'moderation.actReasonLength' }) }),
    async send(body) {
      await client.post('/api/v1/moderation/registrations/{id}/decline', { params: { path: { id } }, body })
      onClose()
      toast(t('moderation.declined', { name }))
      await again()
    },
  })
  return (
    <Dialog title={t('moderation.declineOf', { name })} onClose={onClose}>
      <form {...form.props} className={styles.form}>
        <FormFailure error={form.failure} />
        <TextArea
          label={t('moderation.actReason')}
          hint={t('moderation.declineHint')}
          rows={3}
          {...form.field('reason')}
        />
        <Button type="submit" look="danger" busy={form.busy}>
          {t('moderation.decline')}
        </Button>
      </form>
    </Dialog>
  )
}
