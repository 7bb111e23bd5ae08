import {
  type ReactElement,
  type ReactNode,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useReducer,
  useRef,
  useState,
} from 'react'
import { type Measures, measuresOf } from './measures.ts'
import { keysBetween, rangeOf, sumOf } from './range.ts'
import styles from './windowed.module.css'

/** How far from the screen something is still drawn, in pixels. */
const margin = 1600
/** As wide a list is as a rule at most (`--print`): what is guessed right is not drawn twice. */
const columnWidth = 620

/**
 * A long list of which only what is near the screen is drawn; of the rest its height remains, and of what is far away that of
 * all together. Heights, and what was near, are remembered under `name`, so that going back, or loading the page again, finds
 * the list as tall as it was left.
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
  const [width, setWidth] = useState(() => measuresOf(name).width || Math.min(innerWidth, columnWidth))
  const [, drawAgain] = useReducer((times: number) => times + 1, 0)
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
  const heights = keys.map((key) => measures.heights.get(key) ?? estimate(key, width))
  const { from, to } = rangeOf(keys, measures.near)

  function changeRange(): void {
    const next = rangeOf(keys, measures.near)
    if (next.from !== from || next.to !== to) drawAgain()
  }

  /** Somebody has gone on faster than was drawn, or far away at once: what is near there is reckoned. */
  function reckon(): void {
    const element = root.current
    if (!element) return
    const top = -element.getBoundingClientRect().top - margin
    const near = keysBetween(keys, heights, { top, bottom: top + innerHeight + 2 * margin })
    for (const key of measures.near) if (!watch.held.has(key)) measures.near.delete(key)
    for (const key of near) measures.near.add(key)
    changeRange()
  }

  const above = sumOf(heights, { from: 0, to: from })
  const below = sumOf(heights, { from: to, to: keys.length })
  return (
    <div ref={root} className={className}>
      {/* Of another height it is another one, and says anew whether it is near. */}
      <Space key={`above ${above}`} height={above} watch={watch} onNear={reckon} />
      {keys.slice(from, to).map((key, at) => (
        <Slot
          key={key}
          name={key}
          isFirst={from + at < 2}
          height={heights[from + at] ?? 0}
          measures={measures}
          watch={watch}
          onMove={changeRange}
        >
          {() => render(key, from + at)}
        </Slot>
      ))}
      <Space key={`below ${below}`} height={below} watch={watch} onNear={reckon} />
    </div>
  )
}

interface Watch {
  observer: IntersectionObserver
  told: Map<Element, (isNear: boolean) => void>
  /** What has the focus while it is far away. */
  held: Set<string>
}

function createWatch(): Watch {
  const told: Watch['told'] = new Map()
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) told.get(entry.target)?.(entry.isIntersecting)
    },
    { rootMargin: `${margin}px 0px` },
  )
  return { observer, told, held: new Set() }
}

/** Calls back when an element comes near the screen or goes, and at first. */
function useWatched(
  ref: { readonly current: HTMLElement | null },
  watch: Watch,
  onChange: (isNear: boolean, element: HTMLElement) => void,
): void {
  const changed = useEffectEvent(onChange)
  // Layout effects end while the page is still in place: what is taken out of it is neither far away nor without height.
  useLayoutEffect(() => {
    const element = ref.current
    if (!element) return
    watch.told.set(element, (isNear) => changed(isNear, element))
    watch.observer.observe(element)
    return () => {
      watch.observer.unobserve(element)
      watch.told.delete(element)
    }
  }, [ref, watch])
}

/** Where things are that are far away. */
function Space({ height, watch, onNear }: { height: number; watch: Watch; onNear: () => void }): ReactElement {
  const ref = useRef<HTMLDivElement>(null)
  useWatched(ref, watch, (isNear) => {
    if (isNear && height > 0) onNear()
  })
  return <div ref={ref} style={{ blockSize: `${height}px` }} />
}

function Slot({
  name,
  isFirst,
  height,
  measures,
  watch,
  onMove,
  children,
}: {
  name: string
  isFirst: boolean
  height: number
  measures: Measures
  watch: Watch
  /** It has come near, or gone. */
  onMove: () => void
  children: () => ReactNode
}): ReactElement {
  const ref = useRef<HTMLDivElement>(null)
  const [isNear, setNear] = useState(isFirst || measures.near.has(name))
  const keepHeight = useEffectEvent((now: number) => measures.heights.set(name, now))

  useWatched(ref, watch, (near, element) => {
    // What has the focus stays: a keyboard must not fall out of the page.
    const isHeld = !near && element.contains(document.activeElement)
    if (isHeld) watch.held.add(name)
    else watch.held.delete(name)
    if (isHeld) return
    setNear(near)
    if (near) measures.near.add(name)
    else measures.near.delete(name)
    onMove()
  })

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
