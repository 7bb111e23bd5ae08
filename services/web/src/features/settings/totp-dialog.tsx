import type { components } from '@daguerre/client'
import type { ReactElement } from 'react'
import { client } from '../../app/client.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { CodeForm } from '../account/code-form.tsx'
import styles from './factors.module.css'
import { QrCode } from './qr-code.tsx'

/** A secret, shown to be taken over by an app, and the first code of it. */
export function TotpDialog({
  begun: { secret, uri },
  onDone,
  onClose,
}: {
  begun: components['schemas']['TotpSecret']
  onDone: (recoveryCodes: string[] | null) => void
  onClose: () => void
}): ReactElement {
  const { t } = useLanguage()
  return (
    <Dialog title={t('settings.app')} onClose={onClose}>
      <div className={styles.dialog}>
        <p>{t('settings.appScan')}</p>
        <QrCode text={uri} label={t('settings.appQr')} />
        <p>{t('settings.appTyped')}</p>
        <code className={styles.key} dir="ltr">
          {secret.replaceAll(/.{4}(?=.)/g, '$& ')}
        </code>
        <CodeForm
          label="settings.appCode"
          hint="settings.appCodeHint"
          submit="account.goOn"
          onCode={async (code) => {
            const { recoveryCodes } = await client.post('/api/v1/auth/totp/confirm', { body: { code } })
            onDone(recoveryCodes)
          }}
        />
      </div>
    </Dialog>
  )
}
