import { type ReactElement, useState } from 'react'
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

interface Person {
  id: string
  username: string
}

/** For admins: takes the second factors of somebody who has lost all of them. */
export function FreeAccount({ person }: { person: Person }): ReactElement {
  const { t } = useLanguage()
  const [isOpen, setOpen] = useState(false)
  return (
    <div className={styles.acts}>
      <Button look="quiet" onClick={() => setOpen(true)}>
        {t('moderation.free', { name: person.username })}
      </Button>
      {isOpen && <FreeDialog person={person} onClose={() => setOpen(false)} />}
    </div>
  )
}

function FreeDialog({ person, onClose }: { person: Person; onClose: () => void }): ReactElement {
  const { t } = useLanguage()
  const form = useForm({
    initial: { reason: '' },
    texts: { reason: 'moderation.actReasonLength' },
    check: ({ reason }) => ({ reason: checkText(reason, { max: 500, id: 'moderation.actReasonLength' }) }),
    async send(body) {
      await client.post('/api/v1/admin/accounts/{id}/free', { params: { path: { id: person.id } }, body })
      onClose()
      toast(t('moderation.freed', { name: person.username }))
    },
  })
  return (
    <Dialog title={t('moderation.free', { name: person.username })} onClose={onClose}>
      <form {...form.props} className={styles.form}>
        <FormFailure error={form.failure} />
        <p>{t('moderation.freeText')}</p>
        <TextArea
          label={t('moderation.actReason')}
          hint={t('moderation.freeReasonHint')}
          rows={3}
          {...form.field('reason')}
        />
        <Button type="submit" look="danger" busy={form.busy}>
          {t('moderation.freeNow')}
        </Button>
      </form>
    </Dialog>
  )
}
