import type { ReactElement } from 'react'
import { useForm } from '../../app/use-form.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { InvitationField } from './account-fields.tsx'
import styles from './form.module.css'

/** For who was told a code, and has no link. */
export function InvitationForm({ onCode }: { onCode: (code: string) => unknown }): ReactElement {
  const { t } = useLanguage()
  const form = useForm({
    initial: { invitation: '' },
    texts: { invitation: 'account.invitationMissing' },
    // Whether it is good, registering says.
    check: ({ invitation }) => ({
      invitation: /^[\w-]{1,200}$/.test(invitation.trim()) ? undefined : 'account.invitationMissing',
    }),
    send: async ({ invitation }) => onCode(invitation.trim()),
  })
  return (
    <form {...form.props} className={styles.form}>
      <InvitationField form={form} />
      <Button type="submit" look="primary">
        {t('account.goOn')}
      </Button>
    </form>
  )
}
