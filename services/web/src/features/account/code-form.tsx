import type { ReactElement } from 'react'
import { FormFailure } from '../../app/failure.tsx'
import { useForm } from '../../app/use-form.ts'
import { type MessageId, useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import styles from './form.module.css'

/** Asks for a code of an authenticator app, or a recovery code. */
export function CodeForm({
  label,
  hint,
  submit,
  onCode,
}: {
  label: MessageId
  hint: MessageId
  submit: MessageId
  onCode: (code: string) => Promise<void>
}): ReactElement {
  const { t } = useLanguage()
  const form = useForm({
    initial: { code: '' },
    texts: { code: 'error.codeWrong' },
    check: ({ code }) => ({ code: code.trim() === '' ? 'account.codeMissing' : undefined }),
    send: ({ code }) => onCode(code.trim()),
  })
  return (
    <form {...form.props} className={styles.form}>
      <FormFailure error={form.failure} />
      <TextField
        label={t(label)}
        autoComplete="one-time-code"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        dir="ltr"
        required
        hint={t(hint)}
        {...form.field('code')}
      />
      <Button type="submit" look="primary" busy={form.busy}>
        {t(submit)}
      </Button>
    </form>
  )
}
