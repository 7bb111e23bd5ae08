import type { ReactElement } from 'react'
import type { HasField } from '../../app/use-form.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { TextArea, TextField } from '../../ui/field.tsx'

// What is asked of who makes an account, by whatever way.

export function EmailField({ form, hint }: { form: HasField<'email'>; hint?: string }): ReactElement {
  const { t } = useLanguage()
  return (
    <TextField
      label={t('account.email')}
      type="email"
      autoComplete="email"
      required
      hint={hint}
      {...form.field('email')}
    />
  )
}

export function UsernameField({ form }: { form: HasField<'username'> }): ReactElement {
  const { t } = useLanguage()
  return (
    <TextField
      label={t('account.username')}
      autoComplete="username"
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
      required
      hint={t('account.usernameHint')}
      {...form.field('username')}
    />
  )
}

export function InvitationField({ form }: { form: HasField<'invitation'> }): ReactElement {
  const { t } = useLanguage()
  return (
    <TextField
      label={t('account.invitation')}
      autoCapitalize="none"
      autoComplete="off"
      autoCorrect="off"
      spellCheck={false}
      dir="ltr"
      {...form.field('invitation')}
    />
  )
}

/** A word to moderators, where these decide. */
export function ApplicationField({ form }: { form: HasField<'application'> }): ReactElement {
  const { t } = useLanguage()
  return (
    <TextArea
      label={t('account.application')}
      hint={t('account.applicationHint')}
      rows={3}
      {...form.field('application')}
    />
  )
}
