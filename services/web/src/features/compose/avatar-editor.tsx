import { type ReactElement, useEffect, useRef, useState } from 'react'
import { client } from '../../app/client.ts'
import { FormFailure } from '../../app/failure.tsx'
import { type MessageId, useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FormError } from '../../ui/field.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { type Crop, held, mostZoom, quarterTurned, wholePicture } from './crop.ts'
import { CropFrame } from './crop-frame.tsx'
import { lookAt, type Preview, print, takePhoto } from './darkroom.ts'
import { accepted, refusalText } from './accepted.ts'
import { Slider } from './slider.tsx'
import styles from './avatar-editor.module.css'

/** As large as lists and profiles show it, twice over. */
const side = 640
const square: Crop = { ...wholePicture, aspect: 1 }

type Stage =
  | { is: 'choosing' }
  | { is: 'opening' }
  | { is: 'cutting'; photo: Blob; preview: Preview }
  | { is: 'sending'; photo: Blob; preview: Preview; sent: number }

/**
 * A dialog in which somebody chooses a picture of themselves and cuts it. `onSave` gets the id of a media that is ready, and
 * puts it on the profile; what it throws is shown, and may be tried again.
 */
export function AvatarEditor({
  onSave,
  onClose,
}: {
  onSave: (mediaId: string) => Promise<unknown>
  onClose: () => void
}): ReactElement {
  const { t, number } = useLanguage()
  const [stage, setStage] = useState<Stage>({ is: 'choosing' })
  const [crop, setCrop] = useState(square)
  const [refusal, setRefusal] = useState<MessageId | null>(null)
  const [failure, setFailure] = useState<unknown>(null)
  const input = useRef<HTMLInputElement>(null)
  const leaving = useRef(new AbortController())
  // What was stored is not stored again when only the last step failed.
  const stored = useRef<{ crop: Crop; mediaId: string } | null>(null)

  useEffect(() => {
    const controller = new AbortController()
    leaving.current = controller
    return () => controller.abort()
  }, [])

  async function open(chosen: Blob): Promise<void> {
    const { signal } = leaving.current
    setStage({ is: 'opening' })
    setRefusal(null)
    setFailure(null)
    stored.current = null
    const taken = await takePhoto(chosen)
    const preview = 'photo' in taken ? await lookAt(taken.photo) : null
    if (signal.aborted) return preview?.bitmap.close()
    if ('photo' in taken && preview) {
      setCrop(held(preview.size, square))
      setStage({ is: 'cutting', photo: taken.photo, preview })
      return
    }
    setRefusal(refusalText['refusal' in taken ? taken.refusal : 'unsupported'])
    setStage({ is: 'choosing' })
  }

  async function save({ photo, preview }: { photo: Blob; preview: Preview }): Promise<void> {
    const { signal } = leaving.current
    setFailure(null)
    setStage({ is: 'sending', photo, preview, sent: 0 })
    try {
      if (stored.current?.crop !== crop) {
        const printed = await print(photo, { crop, look: null }, side)
        const { id } = await client.upload(printed, {
          signal,
          onProgress: (sent, total) => setStage({ is: 'sending', photo, preview, sent: sent / total }),
        })
        stored.current = { crop, mediaId: id }
      }
      const media = await client.mediaReady(stored.current.mediaId, { signal })
      if (media.state === 'failed') {
        stored.current = null
        setRefusal('photo.failed')
        return setStage({ is: 'choosing' })
      }
      await onSave(media.id)
    } catch (error) {
      if (signal.aborted) return
      setFailure(error)
      setStage({ is: 'cutting', photo, preview })
    }
  }

  const isSending = stage.is === 'sending'
  return (
    <Dialog title={t('avatar.title')} onClose={onClose}>
      <div className={styles.editor}>
        {refusal && <FormError>{t(refusal)}</FormError>}
        <FormFailure error={failure} />
        <input
          ref={input}
          type="file"
          accept={accepted}
          className="visually-hidden"
          aria-label={t('avatar.choose')}
          tabIndex={-1}
          onChange={(event) => {
            const chosen = event.target.files?.[0]
            event.target.value = ''
            if (chosen) void open(chosen)
          }}
        />
        {stage.is === 'opening' && (
          <div className={styles.wait}>
            <Spinner label={t('photo.opening')} />
          </div>
        )}
        {stage.is === 'choosing' && (
          <Button look="primary" onClick={() => input.current?.click()}>
            {t('avatar.choose')}
          </Button>
        )}
        {(stage.is === 'cutting' || isSending) && (
          <>
            <CropFrame
              source={stage.preview.bitmap}
              picture={stage.preview.size}
              crop={crop}
              onChange={isSending ? () => {} : setCrop}
              label={t('crop.label')}
              mask="portrait"
            />
            <Slider
              label={t('crop.zoom')}
              min={1}
              max={mostZoom}
              step={0.02}
              value={crop.zoom}
              shown={number(Math.round(crop.zoom * 10) / 10)}
              disabled={isSending}
              onChange={(zoom) => setCrop(held(stage.preview.size, { ...crop, zoom }))}
            />
            <div className={styles.actions}>
              <Button disabled={isSending} onClick={() => setCrop(quarterTurned(stage.preview.size, crop))}>
                {t('crop.turn')}
              </Button>
              <Button disabled={isSending} onClick={() => input.current?.click()}>
                {t('avatar.other')}
              </Button>
              <Button look="primary" busy={isSending} onClick={() => void save(stage)}>
                {isSending ? t('avatar.sending', { percent: Math.round(stage.sent * 100) }) : t('action.save')}
              </Button>
            </div>
          </>
        )}
      </div>
    </Dialog>
  )
}
