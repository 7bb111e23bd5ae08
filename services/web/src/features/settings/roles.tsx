import type { components } from '@daguerre/client'
import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { client } from '../../app/client.ts'
import { Failure, FormFailure } from '../../app/failure.tsx'
import { ListEnd } from '../../app/list-end.tsx'
import { byCursor, pageOf } from '../../app/paging.ts'
import { queryClient } from '../../app/query-client.ts'
import { useForm } from '../../app/use-form.ts'
import { type MessageId, useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { TextArea, TextField } from '../../ui/field.tsx'
import { Loading } from '../../ui/loading.tsx'
import { toast } from '../../ui/toast.tsx'
import { checkText } from '../moderation/check-text.ts'
import { Choices } from './choices.tsx'
import styles from './section.module.css'

type Role = components['schemas']['Role']

const names: Record<Role, MessageId> = {
  member: 'settings.role.member',
  moderator: 'settings.role.moderator',
  admin: 'settings.role.admin',
}

const holders = infiniteQueryOptions({
  queryKey: ['roles'],
  queryFn: ({ pageParam, signal }) =>
    client.get('/api/v1/admin/roles', { params: { query: pageOf(50, pageParam) }, signal }),
  ...byCursor,
  staleTime: 0,
})

/** Who is moderator or admin, for admins. */
export function RoleSettings(): ReactElement {
  const { t } = useLanguage()
  const query = useInfiniteQuery(holders)
  const { data, error, refetch } = query
  if (!data) {
    if (error) return <Failure error={error} onRetry={() => void refetch()} />
    return <Loading />
  }
  return (
    <>
      <p className={styles.intro}>{t('settings.rolesIntro')}</p>
      <ul className={`${styles.group} ${styles.rows}`}>
        {data.pages
          .flatMap(({ items }) => items)
          .map(({ id, username, role }) => (
            <li key={id} className={styles.row}>
              <Link className={styles.who} to="/@{$username}" params={{ username }}>
                <bdi>{username}</bdi>
              </Link>
              <span className={styles.mine}>{t(names[role])}</span>
            </li>
          ))}
      </ul>
      <ListEnd query={query} />
      <RoleForm />
    </>
  )
}

function RoleForm(): ReactElement {
  const { t } = useLanguage()
  const initial = { username: '', role: 'moderator', reason: '' }
  const form = useForm({
    initial,
    texts: { username: 'settings.roleNobody', role: 'settings.roleNobody', reason: 'moderation.actReasonLength' },
    check: ({ username, reason }) => ({
      username: username.trim() === '' ? 'settings.roleNobody' : undefined,
      reason: checkText(reason, { max: 500, id: 'moderation.actReasonLength' }),
    }),
    async send({ username, role, reason }) {
      const path = { id: username.trim().replace(/^@/, '') }
      const body = { role: role as Role, reason }
      const given = await client.put('/api/v1/admin/roles/{id}', { params: { path }, body })
      form.reset(initial)
      toast(t('settings.roleGiven', { name: given.username, role: t(names[given.role]) }))
      await queryClient.invalidateQueries({ queryKey: holders.queryKey })
    },
  })
  return (
    <form {...form.props} className={styles.form}>
      <FormFailure error={form.failure} />
      <TextField
        label={t('settings.username')}
        autoCapitalize="none"
        autoComplete="off"
        dir="ltr"
        {...form.field('username')}
      />
      <Choices
        legend={t('settings.role')}
        value={form.values.role as Role}
        onChange={(role) => form.set('role', role)}
        choices={[
          { value: 'member', label: t('settings.role.member'), hint: t('settings.role.memberHint') },
          { value: 'moderator', label: t('settings.role.moderator'), hint: t('settings.role.moderatorHint') },
          { value: 'admin', label: t('settings.role.admin'), hint: t('settings.role.adminHint') },
        ]}
      />
      <TextArea
        label={t('moderation.actReason')}
        hint={t('settings.roleReasonHint')}
        rows={2}
        {...form.field('reason')}
      />
      <div className={styles.end}>
        <Button type="submit" look="primary" busy={form.busy}>
          {t('settings.giveRole')}
        </Button>
      </div>
    </form>
  )
}
