import type { SecondFactorRequired } from '@daguerre/client'
import { type ReactElement, useEffect, useRef } from 'react'
import { client } from '../../app/client.ts'
import { type MessageId, useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { CodeForm } from './code-form.tsx'
import styles from './form.module.css'
import { PasskeyButton } from './passkey-button.tsx'

/** After the first factor: what else proves who it is. */
export function SecondStep({
  required: { challenge, methods },
  text,
  onEnter,
  onBack,
}: {
  required: SecondFactorRequired
  text: MessageId
  onEnter: (signIn: () => Promise<unknown>) => Promise<void>
  onBack: () => void
}): ReactElement {
  const { t } = useLanguage()
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => ref.current?.querySelector('input')?.focus(), [])
  const hasApp = methods.includes('totp')
  return (
    <div ref={ref} className={styles.form}>
      <p>{t(text)}</p>
      {methods.includes('passkey') && (
        <PasskeyButton
          label={t('account.usePasskey')}
          ask={() => client.post('/api/v1/auth/login/passkey/options', { body: { challenge } })}
          onSigned={(passkey) => onEnter(() => client.completeLogin({ challenge, passkey }))}
        />
      )}
      <CodeForm
        label={hasApp ? 'account.code' : 'account.recoveryCode'}
        hint={hasApp ? 'account.codeHint' : 'account.recoveryCodeHint'}
        submit="action.signIn"
        onCode={(code) => onEnter(() => client.completeLogin({ challenge, code }))}
      />
      <Button onClick={onBack}>{t('action.back')}</Button>
    </div>
  )
}
