import { useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { client } from '../app/client.ts'
import { FormFailure } from '../app/failure.tsx'
import { queryClient } from '../app/query-client.ts'
import { useViewer } from '../app/session.ts'
import { useTitle } from '../app/title.ts'
import { useFailureToast } from '../app/use-failure-toast.ts'
import { useForm } from '../app/use-form.ts'
import { ActButtons } from '../features/moderation/act-form.tsx'
import { ActRows } from '../features/moderation/act-rows.tsx'
import { ModerationFailure } from '../features/moderation/moderation-failure.tsx'
import { By } from '../features/moderation/by.tsx'
import { checkText } from '../features/moderation/check-text.ts'
import styles from '../features/moderation/moderation.module.css'
import { type Case, caseById, type CaseState } from '../features/moderation/queries.ts'
import { useLanguage } from '../i18n/index.tsx'
import { Button } from '../ui/button.tsx'
import { TextArea } from '../ui/field.tsx'
import { Loading } from '../ui/loading.tsx'
import { Time } from '../ui/time.tsx'

const route = getRouteApi('/moderation/cases/$id')

/** A case: what it was, who reported it, what moderators noted and did, and what can be done. */
export function ModerationCase(): ReactElement {
  const { t } = useLanguage()
  const { id } = route.useParams()
  const { data, error, refetch } = useQuery(caseById(id))
  const title = data
    ? t(`moderation.caseTitle.${data.case.subject.kind}`, { name: data.case.person.username })
    : t('moderation.title')
  useTitle(title)
  return (
    <div className={styles.page}>
      <h1>{title}</h1>
      {!data && (error ? <ModerationFailure error={error} onRetry={() => void refetch()} /> : <Loading />)}
      {data && (
        <>
          <Work found={data.case} />
          <h2>{t('moderation.snapshot')}</h2>
          <Snapshot found={data.case} />
          {data.case.state !== 'closed' && (
            <>
              <h2>{t('moderation.acts')}</h2>
              <ActButtons subject={data.case.subject} person={data.case.person} caseId={id} />
            </>
          )}
          <h2>{t('moderation.reportsTitle')}</h2>
          <ul className={styles.rows}>
            {data.reports.map(({ reporter, reason, text, photo, createdAt }) => (
              <li key={reporter?.id ?? photo?.id ?? reason}>
                <p>
                  <span className={styles.title}>{t(`moderation.reason.${reason}`)}</span>{' '}
                  {reporter ? <By who={reporter} /> : t('moderation.byItself')} <Time value={createdAt} />
                </p>
                {text !== '' && <p dir="auto">{text}</p>}
                {(reason === 'blocked_text' || reason === 'external_check') && <p>{t('moderation.letThrough')}</p>}
                {photo && <p>{t(photo.isRefused ? 'moderation.photoRefused' : 'moderation.photoHere')}</p>}
                {photo?.image && (
                  <div className={styles.pictures}>
                    <img src={photo.image} alt="" loading="lazy" />
                  </div>
                )}
              </li>
            ))}
          </ul>
          <h2>{t('moderation.notes')}</h2>
          <ul className={styles.rows}>
            {data.notes.map(({ id: noteId, author, text, createdAt }) => (
              <li key={noteId}>
                <p className={styles.hint}>
                  <By who={author} /> <Time value={createdAt} />
                </p>
                <p dir="auto">{text}</p>
              </li>
            ))}
          </ul>
          <NoteForm caseId={id} />
          <h2>{t('moderation.done')}</h2>
          <ActRows acts={data.acts} />
        </>
      )}
    </div>
  )
}

function Work({ found: { id, state, assignee } }: { found: Case }): ReactElement {
  const { t } = useLanguage()
  const viewer = useViewer()
  const failed = useFailureToast()
  const edit = useMutation({
    mutationFn: (next: CaseState) =>
      client.patch('/api/v1/moderation/cases/{id}', { params: { path: { id } }, body: { state: next } }),
    onError: (error) => failed(error),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['moderation'] }),
  })
  const isMine = state === 'open' || assignee?.id === viewer?.id
  return (
    <>
      <p role="status">
        {t(`moderation.state.${state}`)} <By who={assignee} />
      </p>
      <div className={styles.acts}>
        {state === 'open' && <Button onClick={() => edit.mutate('working')}>{t('moderation.take')}</Button>}
        {state === 'working' && <Button onClick={() => edit.mutate('open')}>{t('moderation.giveBack')}</Button>}
        {state !== 'closed' && isMine && <Button onClick={() => edit.mutate('closed')}>{t('moderation.close')}</Button>}
      </div>
    </>
  )
}

function Snapshot({ found: { subject, person, snapshot } }: { found: Case }): ReactElement {
  const { t } = useLanguage()
  const comment = subject.kind === 'comment' ? { comment: subject.id } : {}
  return (
    <>
      {snapshot ? (
        <>
          <div className={styles.pictures}>
            {snapshot.images.map((image) => (
              <img key={image} src={image} alt="" />
            ))}
          </div>
          <blockquote className={styles.quote} dir="auto">
            {snapshot.text}
          </blockquote>
        </>
      ) : (
        <p>{t('moderation.gone')}</p>
      )}
      <p>
        {snapshot?.postId && (
          <>
            <Link to="/p/$id" params={{ id: snapshot.postId }} search={comment}>
              {t('moderation.seeIt')}
            </Link>{' '}
            ·{' '}
          </>
        )}
        <Link to="/moderation/accounts/$id" params={{ id: person.id }}>
          {t('moderation.seeAccount', { name: person.username })}
        </Link>
      </p>
    </>
  )
}

function NoteForm({ caseId }: { caseId: string }): ReactElement {
  const { t } = useLanguage()
  const form = useForm({
    initial: { text: '' },
    texts: { text: 'moderation.noteLength' },
    check: ({ text }) => ({ text: checkText(text, { max: 2000, id: 'moderation.noteLength' }) }),
    async send({ text }) {
      const path = { id: caseId }
      await client.post('/api/v1/moderation/cases/{id}/notes', { params: { path }, body: { text } })
      form.reset({ text: '' })
      await queryClient.invalidateQueries({ queryKey: ['moderation'] })
    },
  })
  return (
    <form {...form.props} className={styles.form}>
      <FormFailure error={form.failure} />
      <TextArea label={t('moderation.note')} rows={2} {...form.field('text')} />
      <div>
        <Button type="submit" busy={form.busy}>
          {t('moderation.addNote')}
        </Button>
      </div>
    </form>
  )
}
