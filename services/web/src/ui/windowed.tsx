import { type ReactElement, type ReactNode, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react'
import { type Measures, measuresOf } from './measures.ts'
import styles from './windowed.module.css'

/** How far from the screen something is still drawn. */
const margin = '1600px 0px'

/**
 * A long list of which only what is near the screen is drawn; of the rest its height remains. Heights, and what was near, are
 * remembered under `name`, so that going back, or loading the page again, finds the list as tall as it was left.
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
  const [width, setWidth] = useState(() => measuresOf(name).width)
  const [watch] = useState(createWatch)

  useLayoutEffect(() => {
    const element = root.current
    if (!element) return
    function measure(): void {
      setWidth(Math.round(element?.clientWidth ?? 0))
    }
    measure()
    const resizes = new ResizeObserver(measure)
    resizes.observe(element)
    return () => resizes.disconnect()
  }, [])
  useEffect(() => () => watch.observer.disconnect(), [watch])

  const measures = measuresOf(name, width)
  return (
    <div ref={root} className={className}>
      {keys.map((key, index) => (
        <Slot
          key={key}
          name={key}
          isFirst={index < 2}
          height={measures.heights.get(key) ?? estimate(key, width)}
          measures={measures}
          watch={watch}
        >
          {() => render(key, index)}
        </Slot>
      ))}
    </div>
  )
}

interface Watch {
  observer: IntersectionObserver
  told: Map<Element, (isNear: boolean) => void>
}

function createWatch(): Watch {
  const told: Watch['told'] = new Map()
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) told.get(entry.target)?.(entry.isIntersecting)
    },
    { rootMargin: margin },
  )
  return { observer, told }
}

function Slot({
  name,
  isFirst,
  height,
  measures,
  watch,
  children,
}: {
  name: string
  isFirst: boolean
  height: number
  measures: Measures
  watch: Watch
  children: () => ReactNode
}): ReactElement {
  const ref = useRef<HTMLDivElement>(null)
  const [isNear, setNear] = useState(isFirst || measures.near.has(name))
  const keepNear = useEffectEvent((near: boolean) => {
    if (near) measures.near.add(name)
    else measures.near.delete(name)
  })
  const keepHeight = useEffectEvent((now: number) => measures.heights.set(name, now))

  // Layout effects end while the page is still in place: what is taken out of it is neither far away nor without height.
  useLayoutEffect(() => {
    const element = ref.current
    if (!element) return
    watch.told.set(element, (near) => {
      // What has the focus stays: a keyboard must not fall out of the page.
      if (!near && element.contains(document.activeElement)) return
      setNear(near)
      keepNear(near)
    })
    watch.observer.observe(element)
    return () => {
      watch.observer.unobserve(element)
      watch.told.delete(element)
    }
  }, [watch])

  useLayoutEffect(() => {
    const element = ref.current
    if (!element || !isNear) return
    const sizes = new ResizeObserver(() => keepHeight(element.getBoundingClientRect().height))
    sizes.observe(element)
    return () => sizes.disconnect()
  }, [isNear])

  return (
    <div ref={ref} className={styles.slot} style={isNear ? undefined : { blockSize: `${height}px` }}>
      {isNear ? children() : null}
    </div>
  )
}
