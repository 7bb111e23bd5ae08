import { type ReactElement, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react'
import styles from './windowed.module.css'

/** How far from the screen something is still drawn. */
const margin = '1600px 0px'

interface Heights {
  width: number
  of: Map<string, number>
}

const remembered = new Map<string, Heights>()

/**
 * A long list of which only what is near the screen is drawn; of the rest its height remains. Heights are remembered under
 * `name`, so that going back finds the page as tall as it was left.
 */
export function Windowed({
  name,
  keys,
  estimate,
  render,
  className,
}: {
  name: string
  keys: readonly string[]
  /** Height of what was never drawn, in pixels, in a list of that width. */
  estimate: (key: string, width: number) => number
  render: (key: string, index: number) => ReactNode
  className?: string | undefined
}): ReactElement {
  const root = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(() => remembered.get(name)?.width ?? 0)
  const observer = useRef<{ near: IntersectionObserver; seen: Map<Element, (isNear: boolean) => void> } | null>(null)

  useLayoutEffect(() => {
    const element = root.current
    if (!element) return
    const now = Math.round(element.clientWidth)
    setWidth(now)
    const resizes = new ResizeObserver(() => setWidth(Math.round(element.clientWidth)))
    resizes.observe(element)
    return () => resizes.disconnect()
  }, [])

  if (observer.current === null) {
    const seen = new Map<Element, (isNear: boolean) => void>()
    const near = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) seen.get(entry.target)?.(entry.isIntersecting)
      },
      { rootMargin: margin },
    )
    observer.current = { near, seen }
  }
  useEffect(() => () => observer.current?.near.disconnect(), [])

  let heights = remembered.get(name)
  if (!heights || (width > 0 && heights.width !== width)) {
    heights = { width, of: new Map() }
    remembered.set(name, heights)
  }
  const { of } = heights

  return (
    <div ref={root} className={className}>
      {keys.map((key, index) => (
        <Slot
          key={key}
          initiallyNear={index < 2}
          height={of.get(key) ?? estimate(key, width)}
          onHeight={(height) => of.set(key, height)}
          watch={observer.current}
        >
          {() => render(key, index)}
        </Slot>
      ))}
    </div>
  )
}

function Slot({
  initiallyNear,
  height,
  onHeight,
  watch,
  children,
}: {
  initiallyNear: boolean
  height: number
  onHeight: (height: number) => void
  watch: { near: IntersectionObserver; seen: Map<Element, (isNear: boolean) => void> } | null
  children: () => ReactNode
}): ReactElement {
  const ref = useRef<HTMLDivElement>(null)
  const [isNear, setNear] = useState(initiallyNear)
  const report = useRef(onHeight)
  report.current = onHeight

  useEffect(() => {
    const element = ref.current
    if (!element || !watch) return
    watch.seen.set(element, (near) => {
      // What has the focus stays: a keyboard must not fall out of the page.
      if (near || !element.contains(document.activeElement)) setNear(near)
    })
    watch.near.observe(element)
    return () => {
      watch.near.unobserve(element)
      watch.seen.delete(element)
    }
  }, [watch])

  useEffect(() => {
    const element = ref.current
    if (!element || !isNear) return
    const sizes = new ResizeObserver(() => report.current(element.offsetHeight))
    sizes.observe(element)
    return () => sizes.disconnect()
  }, [isNear])

  return (
    <div ref={ref} className={styles.slot} style={isNear ? undefined : { blockSize: `${height}px` }}>
      {isNear ? children() : null}
    </div>
  )
}
