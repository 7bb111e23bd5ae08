import { type ReactElement, useEffect, useRef, useState } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import type { Preview } from './darkroom.ts'
import { FileButton } from './file-button.tsx'
import { type Photo, postLimits } from './posts.ts'
import { PrintCanvas } from './print-canvas.tsx'
import { isStuck } from './upload-words.ts'
import type { Upload } from './uploader.ts'
import styles from './strip.module.css'

const holdMs = 300
const dragFrom = 6

/**
 * All photos of the post, small and in order: one is chosen with a click, and put to another place by dragging it (a finger
 * holds it for a moment first) or with Alt and the arrow keys.
 */
export function Strip({
  photos,
  previews,
  uploads,
  opening,
  chosen,
  onChoose,
  onMove,
  onAdd,
}: {
  photos: readonly Photo[]
  previews: ReadonlyMap<string, Preview | null>
  uploads: ReadonlyMap<string, Upload>
  opening: number
  chosen: string
  onChoose: (id: string) => void
  onMove: (id: string, to: number) => void
  onAdd: (files: File[]) => void
}): ReactElement {
  const { t } = useLanguage()
  const list = useRef<HTMLOListElement>(null)
  const hold = useRef<{ id: string; x: number; y: number; timer: ReturnType<typeof setTimeout> | undefined } | null>(
    null,
  )
  const [drag, setDrag] = useState<{ id: string; to: number } | null>(null)
  const room = postLimits.photos - photos.length - opening
  const shown = drag ? moved(photos, drag) : photos

  // A finger that drags a photo does not scroll the page.
  useEffect(() => {
    if (drag === null) return
    function still(event: TouchEvent): void {
      event.preventDefault()
    }
    addEventListener('touchmove', still, { passive: false })
    return () => removeEventListener('touchmove', still)
  }, [drag])

  function begin(event: React.PointerEvent<HTMLElement>, id: string): void {
    if (event.button !== 0) return
    const { currentTarget, pointerId, clientX: x, clientY: y } = event
    const isMouse = event.pointerType === 'mouse'
    // A finger scrolls unless it rests for a moment.
    const timer = isMouse ? undefined : setTimeout(() => lift(currentTarget, pointerId, id), holdMs)
    hold.current = { id, x, y, timer }
  }

  function lift(element: HTMLElement, pointerId: number, id: string): void {
    element.setPointerCapture(pointerId)
    setDrag({ id, to: photos.findIndex((photo) => photo.id === id) })
  }

  function move(event: React.PointerEvent<HTMLElement>): void {
    const held = hold.current
    if (!held) return
    if (drag === null) {
      const isFar = Math.hypot(event.clientX - held.x, event.clientY - held.y) > dragFrom
      if (isFar && event.pointerType === 'mouse') lift(event.currentTarget, event.pointerId, held.id)
      else if (isFar) end()
      return
    }
    const over = photoAt(event.clientX, event.clientY)
    if (over !== null && over !== drag.id) setDrag({ id: drag.id, to: shown.findIndex(({ id }) => id === over) })
  }

  function drop(): void {
    if (drag) onMove(drag.id, drag.to)
    end()
  }

  function end(): void {
    clearTimeout(hold.current?.timer)
    hold.current = null
    setDrag(null)
  }

  function photoAt(x: number, y: number): string | null {
    for (const element of list.current?.querySelectorAll<HTMLElement>(':scope > [data-photo]') ?? []) {
      const { left, right, top, bottom } = element.getBoundingClientRect()
      if (x >= left && x <= right && y >= top && y <= bottom) return element.dataset['photo'] ?? null
    }
    return null
  }

  function onKeyDown(event: React.KeyboardEvent<HTMLElement>, id: string, place: number): void {
    const isMirrored = getComputedStyle(event.currentTarget).direction === 'rtl'
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (step === undefined) return
    const to = place + (isMirrored ? -step : step)
    if (to < 0 || to >= photos.length) return
    event.preventDefault()
    if (event.altKey) return onMove(id, to)
    const next = photos[to]
    if (!next) return
    onChoose(next.id)
    list.current?.querySelectorAll<HTMLElement>(':scope > [data-photo] > button')[to]?.focus()
  }

  return (
    <ol ref={list} className={styles.strip} aria-label={t('strip.name')}>
      {photos.map((photo, place) => {
        const preview = previews.get(photo.id)
        const upload = uploads.get(photo.id)
        return (
          <li
            key={photo.id}
            data-photo={photo.id}
            className={photo.id === drag?.id ? styles.dragged : undefined}
            // Only drawn in another order: what is under the finger must stay where it is in the document.
            style={drag ? { order: shown.indexOf(photo) } : undefined}
          >
            <button
              type="button"
              className={styles.tile}
              aria-pressed={photo.id === chosen}
              aria-label={t('strip.photo', { place: place + 1, name: photo.altText.trim() || photo.name })}
              aria-keyshortcuts="Alt+ArrowLeft Alt+ArrowRight"
              onClick={() => onChoose(photo.id)}
              onPointerDown={(event) => begin(event, photo.id)}
              onPointerMove={move}
              onPointerUp={drop}
              onPointerCancel={end}
              onContextMenu={(event) => {
                if (drag !== null) event.preventDefault()
              }}
              onKeyDown={(event) => onKeyDown(event, photo.id, place)}
            >
              {preview && <PrintCanvas preview={preview} edit={photo.edit} label="" fit="cover" />}
              {preview === null && <Icon name="frames" />}
              {upload?.is === 'sending' && <Progress className={styles.progress} value={upload.share} />}
              {(isStuck(upload) || upload?.is === 'paused' || upload?.is === 'held') && (
                <span className={`${styles.mark} ${isStuck(upload) ? styles.stuck : ''}`}>
                  <Icon name={isStuck(upload) ? 'close' : 'pause'} />
                </span>
              )}
            </button>
          </li>
        )
      })}
      {Array.from({ length: opening }, (_, index) => (
        <li key={`opening-${index}`} className={styles.opening}>
          <Spinner label={t('photo.opening')} />
        </li>
      ))}
      {room > 0 && (
        <li className={styles.last}>
          <FileButton className={styles.add} label={t('strip.add')} onAdd={onAdd}>
            <Icon name="plus" />
          </FileButton>
        </li>
      )}
    </ol>
  )
}

function moved(photos: readonly Photo[], { id, to }: { id: string; to: number }): readonly Photo[] {
  const photo = photos.find((each) => each.id === id)
  return photo ? photos.filter((each) => each !== photo).toSpliced(to, 0, photo) : photos
}
