import { type ReactElement, useState } from 'react'
import { client } from '../../app/client.ts'
import { FormFailure } from '../../app/failure.tsx'
import { useForm } from '../../app/use-form.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { TextArea } from '../../ui/field.tsx'
import { checkText } from './check-text.ts'
import styles from './moderation.module.css'

/** Why a moderator should have decided otherwise. Once for each act. */
export function AppealForm({ actId, onDone }: { actId: string; onDone?: () => void }): ReactElement {
  const { t } = useLanguage()
  const [isDone, setDone] = useState(false)
  const form = useForm({
    initial: { text: '' },
    texts: { text: 'moderation.appealLength' },
    check: ({ text }) => ({ text: checkText(text, { max: 2000, id: 'moderation.appealLength' }) }),
    async send({ text }) {
      await client.post('/api/v1/appeals', { body: { actId, text } })
      setDone(true)
      onDone?.()
    },
  })
  if (isDone) return <p role="status">{t('moderation.appealed')}</p>
  return (
    <form {...form.props} className={styles.form}>
      <FormFailure error={form.failure} />
      <TextArea
        label={t('moderation.appealLabel')}
        hint={t('moderation.appealHint')}
        rows={4}
        {...form.field('text')}
      />
      <Button type="submit" busy={form.busy}>
        {t('moderation.appeal')}
      </Button>
    </form>
  )
}
