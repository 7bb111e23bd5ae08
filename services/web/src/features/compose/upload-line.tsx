import type { ReactElement } from 'react'
import { useOnline } from '../../app/frame/offline-bar.tsx'
import { useLanguage } from '../../i18n/index.tsx'
import { IconButton, textButtonClass } from '../../ui/button.tsx'
import { Progress } from '../../ui/progress.tsx'
import { uploader } from './engine.ts'
import { isStuck, uploadWords } from './upload-words.ts'
import type { Upload } from './uploader.ts'
import { useSecondsUntil } from './use-seconds-until.ts'
import styles from './stage.module.css'

const offlineWords: ReturnType<typeof uploadWords> = ['upload.line', {}]

/** How far a photo has come, and what can be done about it. */
export function UploadLine({ id, upload }: { id: string; upload: Upload | undefined }): ReactElement {
  const { t } = useLanguage()
  const left = useSecondsUntil(upload?.is === 'held' ? upload.until : null)
  const isOnline = useOnline()
  const words = upload?.is === 'sending' && !isOnline ? offlineWords : uploadWords(upload, left)
  const isMoving = upload?.is === 'sending' || upload?.is === 'preparing' || upload?.is === 'waiting'
  return (
    <div className={styles.upload}>
      {isMoving && <IconButton icon="pause" label={t('upload.pause')} onClick={() => uploader.pause(id)} />}
      {(upload?.is === 'paused' || upload?.is === 'held') && (
        <IconButton icon="play" label={t('upload.goOn')} onClick={() => uploader.resume(id)} />
      )}
      <p className={isStuck(upload) ? styles.stuck : styles.state} role={isStuck(upload) ? 'alert' : undefined}>
        {words && t(...words)}
      </p>
      {upload?.is === 'stopped' && (
        <button type="button" className={textButtonClass} onClick={() => uploader.resume(id)}>
          {t('action.again')}
        </button>
      )}
      {upload?.is === 'sending' && (
        <Progress className={styles.progress} value={upload.share} label={t('upload.progress')} />
      )}
    </div>
  )
}
