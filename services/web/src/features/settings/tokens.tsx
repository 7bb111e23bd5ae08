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
import { type MessageId, useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Loading } from '../../ui/loading.tsx'
import { Switch } from '../../ui/switch.tsx'
import { Time } from '../../ui/time.tsx'
import { Choices } from './choices.tsx'
import styles from './section.module.css'
import { ShownOnce } from './shown-once.tsx'

type Token = components['schemas']['PersonalToken']
type Scope = components['schemas']['TokenScope']

const scopes: { scope: Scope; label: MessageId; for?: readonly string[] }[] = [
  { scope: 'read', label: 'settings.scope.read' },
  { scope: 'post', label: 'settings.scope.post' },
  { scope: 'interact', label: 'settings.scope.interact' },
  { scope: 'follow', label: 'settings.scope.follow' },
  { scope: 'profile', label: 'settings.scope.profile' },
  { scope: 'moderate', label: 'settings.scope.moderate', for: ['moderator', 'admin'] },
  { scope: 'admin', label: 'settings.scope.admin', for: ['admin'] },
]

const tokens = infiniteQueryOptions({
  queryKey: ['tokens'],
  queryFn: ({ pageParam, signal }) =>
    client.get('/api/v1/auth/tokens', { params: { query: pageOf(50, pageParam) }, signal }),
  ...byCursor,
  staleTime: 0,
})

/** Tokens by which applications act for the viewer. */
export function TokenSettings(): ReactElement {
  const { t } = useLanguage()
  const query = useInfiniteQuery(tokens)
  const { data, error, refetch } = query
  const [shown, setShown] = useState<string | null>(null)
  if (!data) {
    if (error) return <Failure error={error} onRetry={() => void refetch()} />
    return <Loading />
  }
  const items = data.pages.flatMap((page) => page.items)
  return (
    <>
      <p className={styles.intro}>{t('settings.tokensIntro')}</p>
      {items.length > 0 && (
        <ul className={`${styles.group} ${styles.rows}`}>
          {items.map((token) => (
            <TokenRow key={token.id} token={token} />
          ))}
        </ul>
      )}
      <ListEnd query={query} />
      <TokenForm onMade={setShown} />
      {shown !== null && (
        <ShownOnce
          title={t('settings.tokenMade')}
          label={t('settings.token')}
          hint={t('settings.tokenOnce')}
          value={shown}
          onClose={() => setShown(null)}
        />
      )}
    </>
  )
}

function TokenRow({ token }: { token: Token }): ReactElement {
  const { t, date } = useLanguage()
  const failed = useFailureToast()
  const revoke = useMutation({
    mutationFn: () => client.delete('/api/v1/auth/tokens/{id}', { params: { path: { id: token.id } } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: tokens.queryKey }),
    onError: (error) => failed(error, () => revoke.mutate()),
  })
  return (
    <li className={styles.row}>
      <div>
        <bdi>{token.name}</bdi>
        <span className={styles.hint}>{token.scopes.join(', ')}</span>
        <span className={styles.hint}>
          {t('settings.tokenUntil', { time: date(token.expiresAt, { dateStyle: 'medium' }) })}
          {' · '}
          {token.lastUsedAt === null ? (
            t('settings.tokenUnused')
          ) : (
            <>
              {t('settings.lastSeen')} <Time value={token.lastUsedAt} />
            </>
          )}
        </span>
      </div>
      <Button
        aria-label={t('settings.revokeToken', { name: token.name })}
        busy={revoke.isPending}
        onClick={() => revoke.mutate()}
      >
        {t('settings.revoke')}
      </Button>
    </li>
  )
}

function TokenForm({ onMade }: { onMade: (token: string) => void }): ReactElement {
  const { t } = useLanguage()
  const viewer = useViewer()
  const initial = { name: '', scopes: 'read', expiresInDays: '90' }
  const form = useForm({
    initial,
    texts: {
      name: 'settings.tokenNameWrong',
      scopes: 'settings.tokenScopesMissing',
      expiresInDays: 'settings.tokenScopesMissing',
    },
    check: (values) => ({
      name: values.name.trim() === '' ? 'settings.tokenNameWrong' : undefined,
      scopes: values.scopes === '' ? 'settings.tokenScopesMissing' : undefined,
    }),
    async send(values) {
      const made = await client.post('/api/v1/auth/tokens', {
        body: {
          name: values.name.trim(),
          scopes: values.scopes.split(' ') as Scope[],
          expiresInDays: Number(values.expiresInDays),
        },
      })
      form.reset(initial)
      onMade(made.token)
      await queryClient.invalidateQueries({ queryKey: tokens.queryKey })
    },
  })
  const chosen = form.values.scopes.split(' ').filter((scope) => scope !== '')
  const offered = scopes.filter(({ for: roles }) => roles === undefined || (viewer && roles.includes(viewer.role)))
  return (
    <form {...form.props} className={styles.form}>
      <FormFailure error={form.failure} />
      <TextField
        label={t('settings.tokenName')}
        hint={t('settings.tokenNameHint')}
        maxLength={60}
        dir="auto"
        {...form.field('name')}
      />
      <fieldset className={styles.group}>
        <legend>{t('settings.tokenScopes')}</legend>
        {offered.map(({ scope, label }) => (
          <Switch
            key={scope}
            label={t(label)}
            checked={chosen.includes(scope)}
            onChange={(on) =>
              form.set('scopes', (on ? [...chosen, scope] : chosen.filter((one) => one !== scope)).join(' '))
            }
          />
        ))}
        {form.errorOf('scopes') !== null && <p role="alert">{form.errorOf('scopes')}</p>}
      </fieldset>
      <Choices
        legend={t('settings.tokenLife')}
        value={form.values.expiresInDays}
        onChange={(days) => form.set('expiresInDays', days)}
        choices={['30', '90', '365'].map((days) => ({
          value: days,
          label: t('settings.tokenDays', { days: Number(days) }),
        }))}
      />
      <div className={styles.end}>
        <Button type="submit" look="primary" busy={form.busy}>
          {t('settings.makeToken')}
        </Button>
      </div>
    </form>
  )
}
