import { ApiError, SecondFactorRequired } from '@daguerre/client'
import { type ReactElement, Suspense, useState } from 'react'
import { client } from '../../app/client.ts'
import { FormFailure } from '../../app/failure.tsx'
import { useForm } from '../../app/use-form.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { lazyPart } from '../../i18n/lazy-part.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import styles from './form.module.css'
import { PasskeyButton } from './passkey-button.tsx'
import { PasswordField, PasswordOwner } from './password-field.tsx'
import { SecondStep } from './second-step.tsx'

const Suspended = lazyPart(() => import('../moderation/suspended.tsx').then(({ Suspended }) => Suspended))

/** Asks for name and password, and for a second factor where there is one. `as`: only for the password of somebody. */
export function SignInForm({ as, onDone }: { as?: string; onDone: () => void }): ReactElement {
  const { t } = useLanguage()
  const [required, setRequired] = useState<SecondFactorRequired | null>(null)
  const [suspension, setSuspension] = useState<ApiError['suspension']>(null)
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

  /** Goes in, or on to what is in the way. */
  async function enter(signIn: () => Promise<unknown>): Promise<void> {
    try {
      await signIn()
      onDone()
    } catch (error) {
      if (error instanceof SecondFactorRequired) setRequired(error)
      else if (error instanceof ApiError && error.suspension) setSuspension(error.suspension)
      else throw error
    }
  }

  if (suspension) {
    return (
      <Suspense>
        <Suspended suspension={suspension} />
      </Suspense>
    )
  }
  if (required) return <SecondStep required={required} onEnter={enter} onBack={() => setRequired(null)} />
  return (
    <form {...form.props} className={styles.form}>
      <FormFailure error={form.failure} />
      {as === undefined ? (
        <TextField
          label={t('account.login')}
          name="login"
          autoComplete="username webauthn"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          required
          value={form.values.login}
          error={form.errorOf('login')}
          onChange={(event) => form.set('login', event.target.value)}
        />
      ) : (
        <PasswordOwner username={as} />
      )}
      <PasswordField
        label={t('account.password')}
        autoComplete="current-password"
        value={form.values.password}
        error={form.errorOf('password')}
        onChange={(value) => form.set('password', value)}
      />
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
