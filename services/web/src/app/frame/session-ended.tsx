import type { ReactElement } from 'react'
import { SignInForm } from '../../features/account/sign-in-form.tsx'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { router } from '../router.tsx'
import { leave, type Viewer } from '../session.ts'
import styles from './session-ended.module.css'

/** What was typed on the page behind it is still there when it closes. */
export default function SessionEnded({ viewer }: { viewer: Viewer }): ReactElement {
  const { t } = useLanguage()
  return (
    <Dialog title={t('session.ended')} onClose={() => {}} stays>
      <p className={styles.text}>{t('session.endedText', { name: viewer.username })}</p>
      <SignInForm as={viewer.username} onDone={() => {}} />
      <Button
        className={styles.leave}
        onClick={() => {
          leave()
          void router.navigate({ to: '/' })
        }}
      >
        {t('session.leave')}
      </Button>
    </Dialog>
  )
}
