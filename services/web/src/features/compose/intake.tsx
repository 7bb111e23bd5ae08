import type { ReactElement } from 'react'
import { useMediaQuery } from '../../app/media-query.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { FileButton } from './file-button.tsx'
import { ImportButton } from './import-button.tsx'
import type { Imported } from './import-photo.ts'
import styles from './intake.module.css'

/** Before there is a photo: where it may come from. */
export function Intake({
  opening,
  onAdd,
  onImported,
}: {
  opening: number
  onAdd: (files: File[]) => void
  onImported: (imported: Imported) => void
}): ReactElement {
  const { t } = useLanguage()
  const isTouch = useMediaQuery('(pointer: coarse)')
  return (
    <div className={styles.intake}>
      {opening > 0 ? (
        <Spinner label={t('photo.opening')} />
      ) : (
        <>
          <span className={styles.icon}>
            <Icon name="frames" />
          </span>
          <p className={styles.title}>{t(isTouch ? 'compose.choose' : 'compose.drop')}</p>
          <div className={styles.ways}>
            <FileButton look="primary" onAdd={onAdd}>
              {t('compose.choosePhotos')}
            </FileButton>
            {isTouch && (
              <FileButton camera onAdd={onAdd}>
                <Icon name="camera" />
                {t('compose.takePhoto')}
              </FileButton>
            )}
            <ImportButton onImported={onImported} />
          </div>
          <p className={styles.hint}>{t('compose.limits')}</p>
        </>
      )}
    </div>
  )
}
