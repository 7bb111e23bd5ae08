import { type ReactElement, useId, useMemo, useState } from 'react'
import { type MessageId, useLanguage } from '../../i18n/index.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { type Crop, held, mirrored, mostAngle, mostZoom, quarterTurned, wholePicture } from './crop.ts'
import { CropFrame } from './crop-frame.tsx'
import type { Preview } from './darkroom.ts'
import { LookPicker } from './look-picker.tsx'
import { developCanvas, type Edit } from './print.ts'
import type { Look, ProcessName } from './processes.ts'
import { Slider } from './slider.tsx'
import styles from './photo-editor.module.css'

const aspects: { name: MessageId; aspect: number | null }[] = [
  { name: 'crop.own', aspect: null },
  { name: 'crop.square', aspect: 1 },
  { name: 'crop.portrait', aspect: 4 / 5 },
  { name: 'crop.tall', aspect: 2 / 3 },
  { name: 'crop.landscape', aspect: 3 / 2 },
  { name: 'crop.wide', aspect: 16 / 9 },
]

type Tool = 'cut' | 'look'

/** A dialog in which a photo is cut, straightened and developed. Nothing is changed until it is done. */
export function PhotoEditor({
  preview,
  edit,
  onDone,
  onClose,
}: {
  preview: Preview
  edit: Edit
  onDone: (edit: Edit) => void
  onClose: () => void
}): ReactElement {
  const { t, number } = useLanguage()
  const { size } = preview
  const id = useId()
  const [tool, setTool] = useState<Tool>('cut')
  const [crop, setCrop] = useState(edit.crop)
  const [look, setLook] = useState(edit.look)
  const source = useDeveloped(preview, look)

  function change(change: Partial<Crop>): void {
    setCrop(held(size, { ...crop, ...change }))
  }

  return (
    <Dialog wide title={t('editor.title')} onClose={onClose}>
      <div className={styles.editor}>
        <div className={styles.picture}>
          <CropFrame source={source} picture={size} crop={crop} onChange={setCrop} label={t('crop.label')} />
        </div>
        <div className={styles.tools}>
          <div className={styles.tabs} role="tablist" aria-label={t('editor.title')}>
            {(['cut', 'look'] as const).map((each) => (
              <button
                key={each}
                id={`${id}-${each}`}
                type="button"
                role="tab"
                className={styles.tab}
                aria-selected={each === tool}
                aria-controls={`${id}-panel`}
                tabIndex={each === tool ? 0 : -1}
                onClick={() => setTool(each)}
                onKeyDown={(event) => {
                  if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
                  const other = each === 'cut' ? 'look' : 'cut'
                  setTool(other)
                  document.getElementById(`${id}-${other}`)?.focus()
                }}
              >
                {t(`editor.${each}`)}
              </button>
            ))}
          </div>
          <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${tool}`} className={styles.panel}>
            {tool === 'cut' ? (
              <>
                <fieldset className={styles.aspects}>
                  <legend className="visually-hidden">{t('crop.aspect')}</legend>
                  {aspects.map(({ name, aspect }) => (
                    <label key={name} className={styles.aspect}>
                      <input
                        type="radio"
                        className="visually-hidden"
                        name={`${id}-aspect`}
                        checked={isSameAspect(crop.aspect, aspect)}
                        onChange={() => change({ aspect })}
                      />
                      <span
                        className={styles.shape}
                        style={{ aspectRatio: String(aspect ?? size.width / size.height) }}
                      />
                      <bdi>{t(name)}</bdi>
                    </label>
                  ))}
                </fieldset>
                <Slider
                  label={t('crop.straighten')}
                  min={-mostAngle}
                  max={mostAngle}
                  step={0.5}
                  value={crop.angle}
                  shown={t('crop.degrees', { angle: number(crop.angle) })}
                  onChange={(angle) => change({ angle })}
                />
                <Slider
                  label={t('crop.zoom')}
                  min={1}
                  max={mostZoom}
                  step={0.02}
                  value={crop.zoom}
                  shown={t('crop.times', { zoom: number(Math.round(crop.zoom * 10) / 10) })}
                  onChange={(zoom) => change({ zoom })}
                />
                <div className={styles.turns}>
                  <IconButton icon="turn" label={t('crop.turn')} onClick={() => setCrop(quarterTurned(size, crop))} />
                  <IconButton icon="mirror" label={t('crop.mirror')} onClick={() => setCrop(mirrored(size, crop))} />
                  <Button onClick={() => setCrop(wholePicture)}>{t('crop.reset')}</Button>
                </div>
              </>
            ) : (
              <LookPicker preview={preview} crop={crop} look={look} onChange={setLook} />
            )}
          </div>
          <div className={styles.actions}>
            <Button onClick={onClose}>{t('action.cancel')}</Button>
            <Button look="primary" onClick={() => onDone({ crop, look })}>
              {t('editor.done')}
            </Button>
          </div>
        </div>
      </div>
    </Dialog>
  )
}

function isSameAspect(one: number | null, other: number | null): boolean {
  if (one === null || other === null) return one === other
  return Math.abs(one - other) < 0.001
}

/** The picture with its look. Developed in full once; of that as much as is wanted is laid over the picture. */
function useDeveloped({ bitmap }: Preview, look: Look | null): CanvasImageSource {
  const process = look?.process ?? null
  const strength = look?.strength ?? 0
  const full = useMemo(() => (process === null ? null : developed(bitmap, process)), [bitmap, process])
  return useMemo(() => {
    if (!full || strength === 0) return bitmap
    if (strength === 1) return full
    const canvas = canvasLike(bitmap)
    const context = canvas.getContext('2d')!
    context.drawImage(bitmap, 0, 0)
    context.globalAlpha = strength
    context.drawImage(full, 0, 0)
    return canvas
  }, [bitmap, full, strength])
}

function developed(bitmap: ImageBitmap, process: ProcessName): HTMLCanvasElement {
  const canvas = canvasLike(bitmap)
  const context = canvas.getContext('2d', { willReadFrequently: true })!
  context.drawImage(bitmap, 0, 0)
  developCanvas(context, { process, strength: 1 })
  return canvas
}

function canvasLike({ width, height }: ImageBitmap): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  return canvas
}
