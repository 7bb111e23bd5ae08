import { type ReactElement, useState } from 'react'
import { client } from '../../app/client.ts'
import { FormFailure } from '../../app/failure.tsx'
import { queryClient } from '../../app/query-client.ts'
import { useForm } from '../../app/use-form.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextArea, TextField } from '../../ui/field.tsx'
import { toast } from '../../ui/toast.tsx'
import { checkText } from './check-text.ts'
import styles from './moderation.module.css'
import type { ActKind, Subject } from './queries.ts'

const dayMs = 86_400_000
const ofKind: Record<Subject['kind'], readonly ActKind[]> = {
  post: ['hide_post', 'restore_post', 'mark_sensitive', 'unmark_sensitive', 'remove_post'],
  comment: ['remove_comment'],
  account: ['warn', 'suspend', 'ban', 'lift'],
}
const forGood = new Set<ActKind>(['remove_post', 'remove_comment', 'ban'])

interface Target {
  subject: Subject
  person: { id: string; username: string }
  caseId: string | null
}

/** All that can be done about a subject, and about whose it is. */
export function ActButtons(target: Target): ReactElement {
  const { t } = useLanguage()
  const [chosen, setChosen] = useState<ActKind | null>(null)
  const { subject, person } = target
  const kinds = subject.kind === 'account' ? ofKind.account : [...ofKind[subject.kind], ...ofKind.account]
  return (
    <div className={styles.acts}>
      {kinds.map((kind) => (
        <Button key={kind} look={forGood.has(kind) ? 'danger' : 'quiet'} onClick={() => setChosen(kind)}>
          {t(`moderation.act.${kind}`, { name: person.username })}
        </Button>
      ))}
      {chosen && <ActDialog key={chosen} kind={chosen} {...target} onClose={() => setChosen(null)} />}
    </div>
  )
}

function ActDialog({ kind, subject, person, caseId, onClose }: Target & { kind: ActKind; onClose: () => void }) {
  const { t } = useLanguage()
  const [blockPhotos, setBlockPhotos] = useState(false)
  const form = useForm({
    initial: { reason: '', days: '7' },
    texts: { reason: 'moderation.actReasonLength', days: 'moderation.daysWrong' },
    check: ({ reason, days }) => {
      const isNumber = /^\d{1,4}$/.test(days.trim()) && Number(days) >= 1 && Number(days) <= 3650
      return {
        reason: checkText(reason, { max: 500, id: 'moderation.actReasonLength' }),
        days: kind === 'suspend' && !isNumber ? 'moderation.daysWrong' : undefined,
      }
    },
    async send({ reason, days }) {
      const until = kind === 'suspend' ? new Date(Date.now() + Number(days) * dayMs).toISOString() : null
      const isOfPerson = ofKind.account.includes(kind)
      const about: Subject = isOfPerson ? { kind: 'account', id: person.id } : subject
      await client.post('/api/v1/moderation/acts', {
        body: { kind, subject: about, reason, until, caseId, blockPhotos },
      })
      onClose()
      toast(t('moderation.actDone'))
      await queryClient.invalidateQueries({ queryKey: ['moderation'] })
    },
  })
  return (
    <Dialog title={t(`moderation.act.${kind}`, { name: person.username })} onClose={onClose}>
      <form {...form.props} className={styles.form}>
        <FormFailure error={form.failure} />
        <TextArea
          label={t('moderation.actReason')}
          hint={t('moderation.actReasonHint')}
          rows={3}
          {...form.field('reason')}
        />
        {kind === 'suspend' && <TextField label={t('moderation.days')} inputMode="numeric" {...form.field('days')} />}
        {kind === 'remove_post' && (
          <label className={styles.choice}>
            <input type="checkbox" checked={blockPhotos} onChange={(event) => setBlockPhotos(event.target.checked)} />
            <span>{t('moderation.blockPhotos')}</span>
          </label>
        )}
        <Button type="submit" look={forGood.has(kind) ? 'danger' : 'primary'} busy={form.busy}>
          {t(`moderation.act.${kind}`, { name: person.username })}
        </Button>
      </form>
    </Dialog>
  )
}
