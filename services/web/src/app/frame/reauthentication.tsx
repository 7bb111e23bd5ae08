import type { components } from '@daguerre/client'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { ByProvider } from '../../features/account/by-provider.tsx'
import { CodeForm } from '../../features/account/code-form.tsx'
import { PasskeyButton } from '../../features/account/passkey-button.tsx'
import { PasswordField, PasswordOwner } from '../../features/account/password-field.tsx'
import formStyles from '../../features/account/form.module.css'
import { ownFactors } from '../../features/account/queries.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Loading } from '../../ui/loading.tsx'
import { client } from '../client.ts'
import { Failure, FormFailure } from '../failure.tsx'
import { answerWho, askedWho } from '../reauthentication.ts'
import { useViewer, type Viewer } from '../session.ts'
import { useStore } from '../store.ts'
import { useForm } from '../use-form.ts'
import styles from './session-ended.module.css'

/** Over the page, where the server wants to know again who is there before it does something dangerous. */
export function Reauthentication(): ReactElement | null {
  const viewer = useViewer()
  const asked = useStore(askedWho)
  return viewer && asked.length > 0 ? <Ask viewer={viewer} /> : null
}

function Ask({ viewer }: { viewer: Viewer }): ReactElement {
  const { t } = useLanguage()
  const { data: factors, error, refetch } = useQuery(ownFactors)
  const hasFactor = factors && (factors.totp !== null || factors.passkeys.length > 0)
  return (
    <Dialog title={t('account.whoIsThere')} onClose={() => answerWho(false)}>
      <p className={styles.text}>{t('account.whoIsThereText')}</p>
      {hasFactor ? (
        <ByFactor factors={factors} />
      ) : factors ? (
        <>
          {factors.hasPassword && <ByPassword viewer={viewer} />}
          <ByProvider identities={factors.identities} />
        </>
      ) : error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading />
      )}
    </Dialog>
  )
}

async function prove(body: components['schemas']['Reauthentication']): Promise<void> {
  await client.post('/api/v1/auth/reauthenticate', { body })
  answerWho(true)
}

function ByFactor({ factors }: { factors: components['schemas']['Factors'] }): ReactElement {
  const { t } = useLanguage()
  const hasApp = factors.totp !== null
  return (
    <div className={formStyles.form}>
      {factors.passkeys.length > 0 && (
        <PasskeyButton
          label={t('account.usePasskey')}
          ask={() => client.post('/api/v1/auth/reauthenticate/options')}
          onSigned={(passkey) => prove({ passkey })}
        />
      )}
      <CodeForm
        label={hasApp ? 'account.code' : 'account.recoveryCode'}
        hint={hasApp ? 'account.codeHint' : 'account.recoveryCodeHint'}
        submit="account.goOn"
        onCode={(code) => prove({ code })}
      />
    </div>
  )
}

function ByPassword({ viewer }: { viewer: Viewer }): ReactElement {
  const { t } = useLanguage()
  const form = useForm({
    initial: { password: '' },
    texts: { password: 'error.currentPassword' },
    check: ({ password }) => ({ password: password === '' ? 'account.passwordMissing' : undefined }),
    send: prove,
  })
  return (
    <form {...form.props} className={formStyles.form}>
      <FormFailure error={form.failure} />
      <PasswordOwner username={viewer.username} />
      <PasswordField label={t('account.password')} autoComplete="current-password" {...form.field('password')} />
      <Button type="submit" look="primary" busy={form.busy}>
        {t('account.goOn')}
      </Button>
    </form>
  )
}
