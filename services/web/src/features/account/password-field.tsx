import { type ChangeEventHandler, type ReactElement, useState } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { IconButton } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import styles from './form.module.css'

/** Whose password is asked for: who keeps passwords wants to know. Nobody sees or hears it. */
export function PasswordOwner({ username }: { username: string }): ReactElement {
  return (
    <input
      className="visually-hidden"
      tabIndex={-1}
      aria-hidden="true"
      autoComplete="username"
      value={username}
      readOnly
    />
  )
}

/** A password, hidden until its owner wants to see what was typed. */
export function PasswordField(props: {
  label: string
  name: string
  hint?: string
  error?: string | null
  autoComplete: 'current-password' | 'new-password'
  value: string
  onChange: ChangeEventHandler<HTMLInputElement>
}): ReactElement {
  const { t } = useLanguage()
  const [isShown, setShown] = useState(false)
  return (
    <div className={styles.password}>
      <TextField
        {...props}
        type={isShown ? 'text' : 'password'}
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        required
      />
      <IconButton
        className={styles.reveal}
        icon={isShown ? 'eyeOff' : 'eye'}
        label={t('account.showPassword')}
        aria-pressed={isShown}
        onClick={() => setShown(!isShown)}
      />
    </div>
  )
}
