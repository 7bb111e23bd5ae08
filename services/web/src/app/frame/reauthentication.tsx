import type { ReactElement } from 'react'
import { PasswordField, PasswordOwner } from '../../features/account/password-field.tsx'
import formStyles from '../../features/account/form.module.css'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { client } from '../client.ts'
import { FormFailure } from '../failure.tsx'
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
  const form = useForm({
    initial: { password: '' },
    texts: { password: 'error.currentPassword' },
    check: ({ password }) => ({ password: password === '' ? 'account.passwordMissing' : undefined }),
    async send({ password }) {
      await client.post('/api/v1/auth/reauthenticate', { body: { password } })
      answerWho(true)
    },
  })
  return (
    <Dialog title={t('account.whoIsThere')} onClose={() => answerWho(false)}>
      <p className={styles.text}>{t('account.whoIsThereText')}</p>
      <form {...form.props} className={formStyles.form}>
        <FormFailure error={form.failure} />
        <PasswordOwner username={viewer.username} />
        <PasswordField
          label={t('account.password')}
          autoComplete="current-password"
          value={form.values.password}
          error={form.errorOf('password')}
          onChange={(value) => form.set('password', value)}
        />
        <Button type="submit" look="primary" busy={form.busy}>
          {t('account.goOn')}
        </Button>
      </form>
    </Dialog>
  )
}
