import type { components } from '@daguerre/client'
import { infiniteQueryOptions, useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { client } from '../../app/client.ts'
import { Failure, FormFailure } from '../../app/failure.tsx'
import { ListEnd } from '../../app/list-end.tsx'
import { byCursor, pageOf } from '../../app/paging.ts'
import { queryClient } from '../../app/query-client.ts'
import { useViewer } from '../../app/session.ts'
import { useFailureToast } from '../../app/use-failure-toast.ts'
import { useForm } from '../../app/use-form.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Loading } from '../../ui/loading.tsx'
import { Choices } from './choices.tsx'
import styles from './section.module.css'
import { ShownOnce } from './shown-once.tsx'

type Invitation = components['schemas']['Invitation']

const invitations = infiniteQueryOptions({
  queryKey: ['invitations'],
  queryFn: ({ pageParam, signal }) =>
    client.get('/api/v1/auth/invitations', { params: { query: pageOf(50, pageParam) }, signal }),
  ...byCursor,
  staleTime: 0,
})

/** Invitations of the viewer, for an admin those of everybody. */
export function InvitationSettings(): ReactElement {
  const { t } = useLanguage()
  const query = useInfiniteQuery(invitations)
  const { data, error, refetch } = query
  const [url, setUrl] = useState<string | null>(null)
  if (!data) {
    if (error) return <Failure error={error} onRetry={() => void refetch()} />
    return <Loading />
  }
  const items = data.pages.flatMap((page) => page.items)
  return (
    <>
      <p className={styles.intro}>{t('settings.invitationsIntro')}</p>
      {items.length > 0 && (
        <ul className={`${styles.group} ${styles.rows}`}>
          {items.map((invitation) => (
            <InvitationRow key={invitation.id} invitation={invitation} />
          ))}
        </ul>
      )}
      <ListEnd query={query} />
      <InvitationForm onMade={setUrl} />
      {url !== null && (
        <ShownOnce
          title={t('settings.invitationMade')}
          label={t('settings.invitationLink')}
          hint={t('settings.invitationOnce')}
          value={url}
          onClose={() => setUrl(null)}
        />
      )}
    </>
  )
}

function InvitationRow({ invitation }: { invitation: Invitation }): ReactElement {
  const { t, date } = useLanguage()
  const viewer = useViewer()
  const failed = useFailureToast()
  const { id, note, uses, mostUses, expiresAt, inviter } = invitation
  const revoke = useMutation({
    mutationFn: () => client.delete('/api/v1/auth/invitations/{id}', { params: { path: { id } } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: invitations.queryKey }),
    onError: (error) => failed(error, () => revoke.mutate()),
  })
  const name = note === '' ? t('settings.invitationUnnamed') : note
  return (
    <li className={styles.row}>
      <div>
        <bdi>{name}</bdi>
        <span className={styles.hint}>
          {t('settings.invitationUses', { uses, mostUses })}
          {' · '}
          {t('settings.tokenUntil', { time: date(expiresAt, { dateStyle: 'medium' }) })}
        </span>
        {inviter.id !== viewer?.id && (
          <span className={styles.hint}>{t('settings.invitationBy', { name: inviter.username })}</span>
        )}
      </div>
      <Button
        aria-label={t('settings.revokeInvitation', { name })}
        busy={revoke.isPending}
        onClick={() => revoke.mutate()}
      >
        {t('settings.takeBack')}
      </Button>
    </li>
  )
}

function InvitationForm({ onMade }: { onMade: (url: string) => void }): ReactElement {
  const { t } = useLanguage()
  const initial = { note: '', mostUses: '1', expiresInDays: '7' }
  const form = useForm({
    initial,
    texts: {
      note: 'settings.invitationNoteLong',
      mostUses: 'settings.invitationUsesWrong',
      expiresInDays: 'settings.invitationUsesWrong',
    },
    check: ({ note, mostUses }) => {
      const isNumber = /^\d{1,4}$/.test(mostUses.trim()) && Number(mostUses) >= 1 && Number(mostUses) <= 1000
      return {
        note: Array.from(note.trim()).length > 100 ? 'settings.invitationNoteLong' : undefined,
        mostUses: isNumber ? undefined : 'settings.invitationUsesWrong',
      }
    },
    async send({ note, mostUses, expiresInDays }) {
      const body = { note, mostUses: Number(mostUses), expiresInDays: Number(expiresInDays) }
      const made = await client.post('/api/v1/auth/invitations', { body })
      form.reset(initial)
      onMade(made.url)
      await queryClient.invalidateQueries({ queryKey: invitations.queryKey })
    },
  })
  return (
    <form {...form.props} className={styles.form}>
      <FormFailure error={form.failure} />
      <TextField
        label={t('settings.invitationNote')}
        hint={t('settings.invitationNoteHint')}
        dir="auto"
        {...form.field('note')}
      />
      <TextField label={t('settings.invitationMostUses')} inputMode="numeric" {...form.field('mostUses')} />
      <Choices
        legend={t('settings.invitationLife')}
        value={form.values.expiresInDays}
        onChange={(days) => form.set('expiresInDays', days)}
        choices={['7', '30', '90'].map((days) => ({
          value: days,
          label: t('settings.tokenDays', { days: Number(days) }),
        }))}
      />
      <div className={styles.end}>
        <Button type="submit" look="primary" busy={form.busy}>
          {t('settings.invite')}
        </Button>
      </div>
    </form>
  )
}
