import { useNavigate } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { SignInForm } from '../../features/account/sign-in-form.tsx'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { leave, type Viewer } from '../session.ts'
import styles from './session-ended.module.css'

/** What was typed on the page behind it is still there when it closes. */
export function SessionEnded({ viewer }: { viewer: Viewer }): ReactElement {
  const { t } = useLanguage()
  const navigate = useNavigate()
  return (
    <Dialog title={t('session.ended')} onClose={() => {}} stays>
      <p className={styles.text}>{t('session.endedText', { name: viewer.username })}</p>
      <SignInForm as={viewer.username} onDone={() => {}} />
      <Button className={styles.leave} onClick={() => void navigate({ to: '/', ignoreBlocker: true }).then(leave)}>
        {t('session.leave')}
      </Button>
    </Dialog>
  )
}
