import { type CSSProperties, type ReactElement, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { aspectOf } from './crop.ts'
import type { Preview } from './darkroom.ts'
import { drawPrint, type Edit } from './print.ts'
import styles from './print-canvas.module.css'

/** A picture as it is edited, as wide as there is room. `cover` fills a frame of another shape. */
export function PrintCanvas({
  preview: { bitmap, size },
  edit,
  label,
  fit = 'contain',
}: {
  preview: Preview
  edit: Edit
  /** What it shows; '' if that is said beside it. */
  label: string
  fit?: 'contain' | 'cover'
}): ReactElement {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [width, setWidth] = useState(0)
  const aspect = aspectOf(size, edit.crop)

  useEffect(() => {
    const element = canvas.current
    if (!element) return
    const sizes = new ResizeObserver(() => setWidth(element.clientWidth))
    sizes.observe(element)
    return () => sizes.disconnect()
  }, [])

  useLayoutEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d', { willReadFrequently: edit.look !== null })
    if (!element || !context || width === 0) return
    element.width = Math.round(width * Math.min(2, devicePixelRatio))
    element.height = Math.max(1, Math.round(element.width / aspect))
    drawPrint(context, bitmap, size, edit)
  }, [bitmap, size, edit, width, aspect])

  return (
    <canvas
      ref={canvas}
      className={`${styles.canvas} ${styles[fit]}`}
      style={fit === 'contain' ? ({ '--aspect': String(aspect) } as CSSProperties) : undefined}
      {...(label === '' ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    />
  )
}
