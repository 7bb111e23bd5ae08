import type { components } from '@daguerre/client'
import { infiniteQueryOptions, useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { client } from '../../app/client.ts'
import { FormFailure } from '../../app/failure.tsx'
import { ListEnd } from '../../app/list-end.tsx'
import { byCursor, pageOf } from '../../app/paging.ts'
import { queryClient } from '../../app/query-client.ts'
import { useFailureToast } from '../../app/use-failure-toast.ts'
import { useForm } from '../../app/use-form.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { Confirm, Dialog } from '../../ui/dialog.tsx'
import { TextArea, TextField } from '../../ui/field.tsx'
import { Loading } from '../../ui/loading.tsx'
import { ApplicationFault } from '../account/application-fault.tsx'
import { Choices } from './choices.tsx'
import styles from './section.module.css'
import { ShownOnce } from './shown-once.tsx'

type Application = components['schemas']['Application']

const applications = infiniteQueryOptions({
  queryKey: ['applications'],
  queryFn: ({ pageParam, signal }) =>
    client.get('/api/v1/auth/applications', { params: { query: pageOf(50, pageParam) }, signal }),
  ...byCursor,
  staleTime: 0,
})

function changed(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: applications.queryKey })
}

/** Applications that the viewer makes, for others to let act for them. */
export function OwnApplications(): ReactElement {
  const { t } = useLanguage()
  const query = useInfiniteQuery(applications)
  const { data, error, refetch } = query
  const [isMaking, setMaking] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  if (!data) {
    if (error) return <ApplicationFault error={error} onRetry={() => void refetch()} />
    return <Loading />
  }
  const items = data.pages.flatMap((page) => page.items)
  return (
    <>
      <p className={styles.intro}>{t('settings.developedIntro')}</p>
      {items.length > 0 && (
        <ul className={`${styles.group} ${styles.rows}`}>
          {items.map((application) => (
            <ApplicationRow key={application.id} application={application} onSecret={setSecret} />
          ))}
        </ul>
      )}
      <ListEnd query={query} />
      <div className={styles.end}>
        <Button onClick={() => setMaking(true)}>{t('settings.newApplication')}</Button>
      </div>
      {isMaking && (
        <Dialog title={t('settings.newApplication')} onClose={() => setMaking(false)}>
          <ApplicationForm
            onDone={(made) => {
              setMaking(false)
              setSecret(made)
            }}
          />
        </Dialog>
      )}
      {secret !== null && (
        <ShownOnce
          title={t('settings.applicationSecret')}
          label={t('settings.secret')}
          hint={t('settings.tokenOnce')}
          value={secret}
          onClose={() => setSecret(null)}
        />
      )}
    </>
  )
}

function ApplicationRow({
  application,
  onSecret,
}: {
  application: Application
  onSecret: (secret: string) => void
}): ReactElement {
  const { t } = useLanguage()
  const { id, name, confidential, redirectUris } = application
  const failed = useFailureToast()
  const [open, setOpen] = useState<'edit' | 'renew' | 'delete' | null>(null)
  const params = { path: { id } }
  const renew = useMutation({
    mutationFn: () => client.post('/api/v1/auth/applications/{id}/secret', { params }),
    onSuccess: ({ secret }) => onSecret(secret),
    onError: (error) => failed(error, () => renew.mutate()),
  })
  const remove = useMutation({
    mutationFn: () => client.delete('/api/v1/auth/applications/{id}', { params }),
    onSuccess: changed,
    onError: (error) => failed(error, () => remove.mutate()),
  })
  function close(): void {
    setOpen(null)
  }
  return (
    <li className={styles.entry}>
      <bdi>{name}</bdi>
      <span className={styles.hint}>
        {t('settings.clientId')} <code dir="ltr">{id}</code>
      </span>
      {redirectUris.map((uri) => (
        <span key={uri} className={`${styles.hint} ${styles.address}`} dir="ltr">
          {uri}
        </span>
      ))}
      <div className={styles.end}>
        <Button aria-label={t('settings.changeApplication', { name })} onClick={() => setOpen('edit')}>
          {t('settings.change')}
        </Button>
        {confidential && (
          <Button
            aria-label={t('settings.newSecretOf', { name })}
            busy={renew.isPending}
            onClick={() => setOpen('renew')}
          >
            {t('settings.newSecret')}
          </Button>
        )}
        <Button
          aria-label={t('settings.deleteApplication', { name })}
          busy={remove.isPending}
          onClick={() => setOpen('delete')}
        >
          {t('settings.remove')}
        </Button>
      </div>
      {open === 'edit' && (
        <Dialog title={name} onClose={close}>
          <ApplicationForm application={application} onDone={close} />
        </Dialog>
      )}
      {open === 'renew' && (
        <Confirm
          title={t('settings.newSecretTitle', { name })}
          text={t('settings.newSecretText')}
          yes={t('settings.newSecret')}
          onYes={() => {
            close()
            renew.mutate()
          }}
          onClose={close}
        />
      )}
      {open === 'delete' && (
        <Confirm
          title={t('settings.deleteApplicationTitle', { name })}
          text={t('settings.deleteApplicationText')}
          yes={t('settings.remove')}
          onYes={() => {
            close()
            remove.mutate()
          }}
          onClose={close}
        />
      )}
    </li>
  )
}

/** Of a new application, or of one that is there; `onDone` is told the secret of a new one that has one. */
function ApplicationForm({
  application,
  onDone,
}: {
  application?: Application
  onDone: (secret: string | null) => void
}): ReactElement {
  const { t } = useLanguage()
  const form = useForm({
    initial: {
      name: application?.name ?? '',
      website: application?.website ?? '',
      redirectUris: application?.redirectUris.join('\n') ?? '',
      kind: 'public',
    },
    texts: {
      name: 'settings.tokenNameWrong',
      website: 'settings.websiteWrong',
      redirectUris: 'settings.redirectUrisWrong',
      kind: 'settings.tokenNameWrong',
    },
    check: ({ name, redirectUris }) => ({
      name: name.trim() === '' ? 'settings.tokenNameWrong' : undefined,
      redirectUris: redirectUris.trim() === '' ? 'settings.redirectUrisWrong' : undefined,
    }),
    async send({ name, website, redirectUris, kind }) {
      const body = {
        name: name.trim(),
        website: website.trim() === '' ? null : website.trim(),
        redirectUris: redirectUris.split(/\s+/).filter((uri) => uri !== ''),
      }
      let secret: string | null = null
      if (application) {
        await client.patch('/api/v1/auth/applications/{id}', { params: { path: { id: application.id } }, body })
      } else {
        const made = await client.post('/api/v1/auth/applications', {
          body: { ...body, confidential: kind === 'confidential' },
        })
        ;({ secret } = made)
      }
      await changed()
      onDone(secret)
    },
  })
  return (
    <form {...form.props} className={styles.form}>
      <FormFailure error={form.failure} />
      <TextField
        label={t('settings.applicationName')}
        hint={t('settings.applicationNameHint')}
        maxLength={60}
        dir="auto"
        {...form.field('name')}
      />
      <TextField
        label={t('settings.applicationWebsite')}
        inputMode="url"
        maxLength={200}
        dir="ltr"
        placeholder="https://"
        {...form.field('website')}
      />
      <TextArea
        label={t('settings.redirectUris')}
        hint={t('settings.redirectUrisHint')}
        rows={3}
        dir="ltr"
        {...form.field('redirectUris')}
      />
      {!application && (
        <Choices
          legend={t('settings.applicationKind')}
          showsLegend
          value={form.values.kind}
          onChange={(kind) => form.set('kind', kind)}
          choices={[
            { value: 'public', label: t('settings.applicationPublic'), hint: t('settings.applicationPublicHint') },
            {
              value: 'confidential',
              label: t('settings.applicationConfidential'),
              hint: t('settings.applicationConfidentialHint'),
            },
          ]}
        />
      )}
      <div className={styles.end}>
        <Button type="submit" look="primary" busy={form.busy}>
          {t(application ? 'action.save' : 'settings.registerApplication')}
        </Button>
      </div>
    </form>
  )
}
