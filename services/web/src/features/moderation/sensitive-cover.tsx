import type { ReactElement } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import styles from './moderation.module.css'

/** On photographs that not everybody wants to see: what lies below is their placeholder, nothing of them has been loaded. */
export function SensitiveCover({ onShow }: { onShow: () => void }): ReactElement {
  const { t } = useLanguage()
  return (
    <div className={styles.cover}>
      <Icon name="eyeOff" />
      <p>{t('moderation.sensitive')}</p>
      <Button onClick={onShow}>{t('moderation.show')}</Button>
    </div>
  )
}
