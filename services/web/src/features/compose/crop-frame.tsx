import { type CSSProperties, type ReactElement, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { aspectOf, type Crop, moved, type Size, zoomed } from './crop.ts'
import { drawPrint } from './print.ts'
import styles from './crop-frame.module.css'

interface Finger {
  x: number
  y: number
}

/**
 * A frame under which a picture is moved: by a finger or the mouse, nearer and further by two fingers or the wheel, and all of
 * it by keys.
 */
export function CropFrame({
  source,
  picture,
  crop,
  onChange,
  label,
  mask = 'thirds',
}: {
  /** What is drawn: the picture, smaller perhaps, and developed. */
  source: CanvasImageSource
  picture: Size
  crop: Crop
  onChange: (crop: Crop) => void
  label: string
  /** `portrait`: the oval in which people see it. */
  mask?: 'thirds' | 'portrait'
}): ReactElement {
  const { t } = useLanguage()
  const frame = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const [width, setWidth] = useState(0)
  const aspect = aspectOf(picture, crop)
  const fingers = useRef(new Map<number, Finger>())
  const latest = useRef(crop)
  const [isHeld, setHeld] = useState(false)

  useLayoutEffect(() => {
    latest.current = crop
  }, [crop])

  useEffect(() => {
    const element = frame.current
    if (!element) return
    const sizes = new ResizeObserver(() => setWidth(element.clientWidth))
    sizes.observe(element)
    return () => sizes.disconnect()
  }, [])

  useLayoutEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d')
    if (!element || !context || width === 0) return
    const drawn = requestAnimationFrame(() => {
      const across = Math.round(width * Math.min(2, devicePixelRatio))
      const down = Math.max(1, Math.round(across / aspect))
      // Setting a size clears it, even the same.
      if (element.width !== across || element.height !== down) {
        element.width = across
        element.height = down
      }
      drawPrint(context, source, picture, { crop, look: null })
    })
    return () => cancelAnimationFrame(drawn)
  }, [source, picture, crop, width, aspect])

  // React's own listener for wheels cannot keep the page from scrolling.
  useEffect(() => {
    const element = frame.current
    if (!element) return
    function onWheel(event: WheelEvent): void {
      event.preventDefault()
      change(zoomed(picture, latest.current, Math.exp(-event.deltaY / 400), placeOf(event)))
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  })

  function change(next: Crop): void {
    latest.current = next
    onChange(next)
  }

  /** Where something is in the frame: from its middle, in widths. */
  function placeOf({ clientX, clientY }: { clientX: number; clientY: number }): { right: number; down: number } {
    const box = frame.current!.getBoundingClientRect()
    return {
      right: (clientX - box.left - box.width / 2) / box.width,
      down: (clientY - box.top - box.height / 2) / box.width,
    }
  }

  function onPointerDown(event: React.PointerEvent<HTMLDivElement>): void {
    if (event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY })
    setHeld(true)
  }

  function onPointerMove(event: React.PointerEvent<HTMLDivElement>): void {
    const before = fingers.current.get(event.pointerId)
    if (!before) return
    const now = { x: event.clientX, y: event.clientY }
    const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1]
    fingers.current.set(event.pointerId, now)
    const { width } = event.currentTarget.getBoundingClientRect()
    const share = other ? 0.5 : 1
    const shifted = moved(
      picture,
      latest.current,
      ((now.x - before.x) / width) * share,
      ((now.y - before.y) / width) * share,
    )
    if (!other) return change(shifted)
    const factor = distance(now, other) / Math.max(1, distance(before, other))
    const between = placeOf({ clientX: (now.x + other.x) / 2, clientY: (now.y + other.y) / 2 })
    change(zoomed(picture, shifted, factor, between))
  }

  function onPointerEnd(event: React.PointerEvent<HTMLDivElement>): void {
    fingers.current.delete(event.pointerId)
    setHeld(fingers.current.size > 0)
  }

  function onKeyDown(event: React.KeyboardEvent<HTMLDivElement>): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const next = byKey(picture, crop, event.key, event.shiftKey ? 0.1 : 0.02)
    if (!next) return
    event.preventDefault()
    change(next)
  }

  const style = { '--aspect': String(aspect) } as CSSProperties
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- an application is interactive
    <div
      ref={frame}
      className={`${styles.frame} ${styles.movable} ${isHeld ? styles.held : ''}`}
      style={style}
      // Its keys are its own: a screen reader lets them through.
      role="application"
      aria-label={label}
      aria-roledescription={t('crop.frame')}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- as above
      tabIndex={0}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerEnd}
      onPointerCancel={onPointerEnd}
      onKeyDown={onKeyDown}
    >
      <canvas ref={canvas} className={styles.canvas} aria-hidden="true" />
      <span className={styles[mask]} aria-hidden="true" />
    </div>
  )
}

function distance(one: Finger, other: Finger): number {
  return Math.hypot(one.x - other.x, one.y - other.y)
}

/** Arrows move what is seen of it, plus and minus bring it nearer or further. */
function byKey(picture: Size, crop: Crop, key: string, step: number): Crop | null {
  switch (key) {
    case 'ArrowLeft':
      return moved(picture, crop, step, 0)
    case 'ArrowRight':
      return moved(picture, crop, -step, 0)
    case 'ArrowUp':
      return moved(picture, crop, 0, step)
    case 'ArrowDown':
      return moved(picture, crop, 0, -step)
    case '+':
    case '=':
      return zoomed(picture, crop, 1 + step * 5)
    case '-':
      return zoomed(picture, crop, 1 / (1 + step * 5))
    default:
      return null
  }
}
