import type { ReactElement } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { toast } from '../../ui/toast.tsx'
import styles from './factors.module.css'
import sectionStyles from './section.module.css'

/** New recovery codes, the one time that they are shown: there is no way out but to say that they are kept. */
export function RecoveryCodes({ codes, onKept }: { codes: readonly string[]; onKept: () => void }): ReactElement {
  const { t } = useLanguage()
  const text = `${codes.join('\n')}\n`

  function download(): void {
    const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
    const link = document.createElement('a')
    link.href = url
    link.download = `recovery-codes-${location.hostname}.txt`
    link.click()
    URL.revokeObjectURL(url)
  }

  return (
    <Dialog title={t('settings.codesTitle')} onClose={onKept} stays>
      <div className={styles.dialog}>
        <p>{t('settings.codesText')}</p>
        <ol className={styles.codes} dir="ltr">
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ol>
        <div className={sectionStyles.end}>
          <Button onClick={() => void navigator.clipboard.writeText(text).then(() => toast(t('settings.codesCopied')))}>
            {t('settings.codesCopy')}
          </Button>
          <Button onClick={download}>{t('settings.codesDownload')}</Button>
        </div>
        <Button look="primary" onClick={onKept}>
          {t('settings.codesKept')}
        </Button>
      </div>
    </Dialog>
  )
}
