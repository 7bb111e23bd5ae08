import { type ReactElement, useState } from 'react'
import { client } from '../../app/client.ts'
import { FormFailure } from '../../app/failure.tsx'
import { queryClient } from '../../app/query-client.ts'
import { useForm } from '../../app/use-form.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { TextArea } from '../../ui/field.tsx'
import { ActItem } from './act-rows.tsx'
import { checkText } from './check-text.ts'
import styles from './moderation.module.css'
import type { Act } from './queries.ts'

/** An act, what its person says against it, and what another moderator answers. */
export function AppealAnswer({ act }: { act: Act }): ReactElement {
  const { t } = useLanguage()
  const [outcome, setOutcome] = useState<'upheld' | 'overturned'>('upheld')
  const form = useForm({
    initial: { text: '' },
    texts: { text: 'moderation.actReasonLength' },
    check: ({ text }) => ({ text: checkText(text, { max: 500, id: 'moderation.actReasonLength' }) }),
    async send({ text }) {
      const id = act.appeal?.id ?? ''
      await client.post('/api/v1/moderation/appeals/{id}/answer', { params: { path: { id } }, body: { outcome, text } })
      await queryClient.invalidateQueries({ queryKey: ['moderation'] })
    },
  })
  return (
    <form {...form.props} className={styles.form}>
      <div>
        <ActItem act={act} />
      </div>
      <FormFailure error={form.failure} />
      <TextArea label={t('moderation.answer')} rows={2} {...form.field('text')} />
      <div className={styles.acts}>
        <Button type="submit" busy={form.busy} onClick={() => setOutcome('upheld')}>
          {t('moderation.uphold')}
        </Button>
        <Button type="submit" busy={form.busy} onClick={() => setOutcome('overturned')}>
          {t('moderation.overturn')}
        </Button>
      </div>
    </form>
  )
}
