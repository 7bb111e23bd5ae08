import type { ReactElement } from 'react'
import { FormFailure } from '../../app/failure.tsx'
import { useForm } from '../../app/use-form.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import styles from './section.module.css'

/** Asks what a passkey is called, before it is made or later. */
export function PasskeyNameDialog({
  title,
  submit,
  name,
  onName,
  onClose,
}: {
  title: string
  submit: string
  name: string
  onName: (name: string) => Promise<void>
  onClose: () => void
}): ReactElement {
  const { t } = useLanguage()
  const form = useForm({
    initial: { name },
    texts: { name: 'settings.passkeyNameWrong' },
    check: (values) => ({
      name: /^.{1,50}$/u.test(values.name.trim()) ? undefined : 'settings.passkeyNameWrong',
    }),
    send: (values) => onName(values.name.trim()),
  })
  return (
    <Dialog title={title} onClose={onClose}>
      <form {...form.props} className={styles.form}>
        <FormFailure error={form.failure} />
        <TextField
          label={t('settings.passkeyName')}
          dir="auto"
          required
          hint={t('settings.passkeyNameHint')}
          {...form.field('name')}
        />
        <Button type="submit" look="primary" busy={form.busy}>
          {submit}
        </Button>
      </form>
    </Dialog>
  )
}
