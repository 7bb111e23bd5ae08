import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { client } from '../../app/client.ts'
import { FormFailure } from '../../app/failure.tsx'
import { ListEnd } from '../../app/list-end.tsx'
import { queryClient } from '../../app/query-client.ts'
import { useFailureToast } from '../../app/use-failure-toast.ts'
import { useForm } from '../../app/use-form.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Loading } from '../../ui/loading.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Time } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import { By } from './by.tsx'
import { checkText } from './check-text.ts'
import { ModerationFailure } from './moderation-failure.tsx'
import styles from './moderation.module.css'
import { type BlockedText, blockedTexts } from './queries.ts'

const kinds = ['word', 'domain'] as const
const effects = ['refuse', 'hold'] as const

/** Words and domains that nobody may write, or for which new posts wait for moderators. */
export function BlockedTexts(): ReactElement {
  const { t } = useLanguage()
  const query = useInfiniteQuery(blockedTexts)
  const { data, error, refetch } = query
  if (!data) return error ? <ModerationFailure error={error} onRetry={() => void refetch()} /> : <Loading />
  const texts = data.pages.flatMap(({ items }) => items)
  return (
    <>
      <p>{t('moderation.textsText')}</p>
      <NewText />
      {texts.length === 0 && <Notice title={t('moderation.noTexts')}>{t('moderation.noTextsText')}</Notice>}
      <ul className={styles.rows}>
        {texts.map((text) => (
          <li key={text.id}>
            <Text text={text} />
          </li>
        ))}
      </ul>
      <ListEnd query={query} />
    </>
  )
}

function NewText(): ReactElement {
  const { t } = useLanguage()
  const form = useForm({
    initial: { value: '', kind: 'word', effect: 'refuse' },
    texts: { value: 'moderation.textValueWrong', kind: 'moderation.textKind', effect: 'moderation.textEffect' },
    check: ({ value }) => ({ value: checkText(value, { max: 100, id: 'moderation.textValueWrong' }) }),
    async send({ value, kind, effect }) {
      const body = { value, kind: kind as BlockedText['kind'], effect: effect as BlockedText['effect'] }
      await client.post('/api/v1/moderation/blocked-texts', { body })
      form.reset({ value: '', kind, effect })
      toast(t('moderation.textBlocked'))
      await queryClient.invalidateQueries({ queryKey: ['moderation'] })
    },
  })
  return (
    <form {...form.props} className={styles.form}>
      <FormFailure error={form.failure} />
      <TextField
        label={t('moderation.textValue')}
        hint={t('moderation.textValueHint')}
        autoCapitalize="none"
        {...form.field('value')}
      />
      <SelectField
        label={t('moderation.textKind')}
        name="kind"
        value={form.values.kind}
        onChange={(event) => form.set('kind', event.target.value)}
      >
        {kinds.map((kind) => (
          <option key={kind} value={kind}>
            {t(`moderation.textKind.${kind}`)}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t('moderation.textEffect')}
        name="effect"
        value={form.values.effect}
        onChange={(event) => form.set('effect', event.target.value)}
      >
        {effects.map((effect) => (
          <option key={effect} value={effect}>
            {t(`moderation.textEffect.${effect}`)}
          </option>
        ))}
      </SelectField>
      <div>
        <Button type="submit" busy={form.busy}>
          {t('moderation.blockText')}
        </Button>
      </div>
    </form>
  )
}

function Text({ text: { id, kind, value, effect, moderator, createdAt } }: { text: BlockedText }): ReactElement {
  const { t } = useLanguage()
  const failed = useFailureToast()
  const unblock = useMutation({
    mutationFn: () => client.delete('/api/v1/moderation/blocked-texts/{id}', { params: { path: { id } } }),
    onSuccess: () => toast(t('moderation.textUnblocked')),
    onError: (error) => failed(error),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['moderation'] }),
  })
  return (
    <>
      <p>
        <bdi className={styles.title}>{value}</bdi> · {t(`moderation.textKind.${kind}`)} ·{' '}
        {t(`moderation.textEffect.${effect}`)}
      </p>
      <p className={styles.hint}>
        <By who={moderator} /> <Time value={createdAt} />
      </p>
      <Button onClick={() => unblock.mutate()} busy={unblock.isPending}>
        {t('moderation.unblockText')}
      </Button>
    </>
  )
}
