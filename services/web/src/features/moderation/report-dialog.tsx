import type { components } from '@daguerre/client'
import { type ReactElement, useId, useState } from 'react'
import { client } from '../../app/client.ts'
import { FormFailure } from '../../app/failure.tsx'
import { useForm } from '../../app/use-form.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextArea } from '../../ui/field.tsx'
import { toast } from '../../ui/toast.tsx'
import { checkText } from './check-text.ts'
import styles from './moderation.module.css'
import { reasons } from './queries.ts'

type Subject = components['schemas']['Subject']
type Reason = components['schemas']['ReportReason']

/** What is wrong with a post, a comment or an account, for moderators. */
export function ReportDialog({ subject, onClose }: { subject: Subject; onClose: () => void }): ReactElement {
  const { t } = useLanguage()
  const name = useId()
  const [reason, setReason] = useState<Reason>('spam')
  const form = useForm({
    initial: { text: '' },
    texts: { text: 'moderation.textLong' },
    check: ({ text }) => ({ text: checkText(text, { min: 0, max: 1000, id: 'moderation.textLong' }) }),
    async send({ text }) {
      await client.post('/api/v1/reports', { body: { subject, reason, text } })
      onClose()
      toast(t('moderation.reported'))
    },
  })
  return (
    <Dialog title={t(`moderation.reportTitle.${subject.kind}`)} onClose={onClose}>
      <form {...form.props} className={styles.form}>
        <p className={styles.hint}>{t('moderation.reportText')}</p>
        <FormFailure error={form.failure} />
        <fieldset>
          <legend className="visually-hidden">{t('moderation.reasons')}</legend>
          {reasons.map((one) => (
            <label key={one} className={styles.choice}>
              <input type="radio" name={name} checked={one === reason} onChange={() => setReason(one)} />
              {t(`moderation.reason.${one}`)}
            </label>
          ))}
        </fieldset>
        <TextArea label={t('moderation.more')} rows={3} {...form.field('text')} />
        <Button type="submit" look="primary" busy={form.busy}>
          {t('moderation.report')}
        </Button>
      </form>
    </Dialog>
  )
}
