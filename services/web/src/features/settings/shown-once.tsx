import type { ReactElement } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import styles from './section.module.css'

/** What the server gives out once and keeps no copy of: it is here to be copied, and gone when this is closed. */
export function ShownOnce(props: {
  title: string
  label: string
  hint: string
  value: string
  onClose: () => void
}): ReactElement {
  const { t } = useLanguage()
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <div className={styles.form}>
        <TextField
          label={props.label}
          hint={props.hint}
          dir="ltr"
          readOnly
          value={props.value}
          onFocus={(event) => event.target.select()}
        />
        <div className={styles.end}>
          <Button look="primary" onClick={props.onClose}>
            {t('settings.tokenKept')}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
