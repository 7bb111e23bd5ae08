import type { ReactElement } from 'react'
import { client } from '../../app/client.ts'
import { FormFailure } from '../../app/failure.tsx'
import { useForm } from '../../app/use-form.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import styles from './form.module.css'
import { PasskeyButton } from './passkey-button.tsx'
import { PasswordField, PasswordOwner } from './password-field.tsx'
import { useEntrance } from './use-entrance.tsx'

/** Asks for name and password, and for a second factor where there is one. `as`: only for the password of somebody. */
export function SignInForm({ as, onDone }: { as?: string; onDone: () => void }): ReactElement {
  const { t } = useLanguage()
  const { enter, inTheWay } = useEntrance({ isByPassword: true, onDone })
  const form = useForm({
    initial: { login: as ?? '', password: '' },
    texts: { login: 'account.loginMissing', password: 'account.passwordMissing' },
    check: ({ login, password }) => ({
      login: login.trim() === '' ? 'account.loginMissing' : undefined,
      password: password === '' ? 'account.passwordMissing' : undefined,
    }),
    async send({ login, password }) {
      await enter(() => client.login({ login: login.trim(), password }))
    },
  })

  if (inTheWay) return inTheWay
  return (
    <form {...form.props} className={styles.form}>
      <FormFailure error={form.failure} />
      {as === undefined ? (
        <TextField
          label={t('account.login')}
          autoComplete="username webauthn"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          required
          {...form.field('login')}
        />
      ) : (
        <PasswordOwner username={as} />
      )}
      <PasswordField label={t('account.password')} autoComplete="current-password" {...form.field('password')} />
      <Button type="submit" look="primary" busy={form.busy}>
        {t('action.signIn')}
      </Button>
      {as === undefined && (
        <PasskeyButton
          label={t('account.usePasskey')}
          ask={() => client.post('/api/v1/auth/login/passkey/options', { body: {} })}
          onSigned={(passkey) => enter(() => client.loginByPasskey({ passkey }))}
        />
      )}
    </form>
  )
}
