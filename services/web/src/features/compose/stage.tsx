import type { ReactElement, ReactNode } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { IconButton } from '../../ui/button.tsx'
import { lengthOf } from '../../ui/completion.ts'
import { TextArea } from '../../ui/field.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import type { Preview } from './darkroom.ts'
import { type Photo, postLimits } from './posts.ts'
import { PrintCanvas } from './print-canvas.tsx'
import { UploadLine } from './upload-line.tsx'
import type { Upload } from './uploader.ts'
import styles from './stage.module.css'

/** The photo that is chosen: large, with what can be done with it and the words for who does not see it. */
export function Stage({
  photo,
  preview,
  upload,
  place,
  count,
  onEdit,
  onMove,
  onRemove,
  onDescribe,
  children,
}: {
  photo: Photo
  preview: Preview | null | undefined
  upload: Upload | undefined
  /** From 0. */
  place: number
  count: number
  onEdit: () => void
  onMove: (to: number) => void
  onRemove: () => void
  onDescribe: (altText: string) => void
  /** All the photos. */
  children: ReactNode
}): ReactElement {
  const { t } = useLanguage()
  const { altText } = photo
  const tooMany = lengthOf(altText) - postLimits.altText
  return (
    <section className={styles.stage} aria-label={t('stage.name', { place: place + 1, count, name: photo.name })}>
      <div className={styles.mat}>
        {preview && <PrintCanvas preview={preview} edit={photo.edit} label={altText.trim() || photo.name} />}
        {preview === undefined && <Spinner label={t('photo.opening')} />}
        {preview === null && <p className={styles.blind}>{t('stage.blind', { name: photo.name })}</p>}
      </div>
      <div className={styles.tools}>
        <UploadLine id={photo.id} upload={upload} />
        {count > 1 && (
          <>
            <IconButton
              icon="back"
              label={t('stage.earlier')}
              disabled={place === 0}
              onClick={() => onMove(place - 1)}
            />
            <IconButton
              icon="forward"
              label={t('stage.later')}
              disabled={place === count - 1}
              onClick={() => onMove(place + 1)}
            />
          </>
        )}
        <IconButton icon="sliders" label={t('stage.edit')} disabled={!preview} onClick={onEdit} />
        <IconButton icon="trash" label={t('stage.remove')} onClick={onRemove} />
      </div>
      <div className={styles.strip}>{children}</div>
      <p className="visually-hidden" aria-live="polite">
        {count > 1 && t('stage.place', { place: place + 1, count })}
      </p>
      <TextArea
        label={t('stage.altText')}
        hint={t('stage.altTextHint')}
        error={tooMany > 0 ? t('mention.tooLong', { count: tooMany }) : null}
        rows={2}
        dir="auto"
        value={altText}
        onChange={(event) => onDescribe(event.target.value)}
      />
    </section>
  )
}
