import type { ReactElement } from 'react'
import { useForm } from '../../app/use-form.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import styles from './form.module.css'

/** For who was told a code, and has no link. */
export function InvitationForm({ onCode }: { onCode: (code: string) => unknown }): ReactElement {
  const { t } = useLanguage()
  const form = useForm({
    initial: { code: '' },
    texts: { code: 'account.invitationMissing' },
    // Whether it is good, registering says.
    check: ({ code }) => ({ code: /^[\w-]{1,200}$/.test(code.trim()) ? undefined : 'account.invitationMissing' }),
    send: async ({ code }) => onCode(code.trim()),
  })
  return (
    <form {...form.props} className={styles.form}>
      <TextField
        label={t('account.invitation')}
        name="code"
        autoCapitalize="none"
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        dir="ltr"
        value={form.values.code}
        error={form.errorOf('code')}
        onChange={(event) => form.set('code', event.target.value)}
      />
      <Button type="submit" look="primary">
        {t('account.goOn')}
      </Button>
    </form>
  )
}
