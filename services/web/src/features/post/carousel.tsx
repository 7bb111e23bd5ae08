import { type KeyboardEvent, type MouseEvent, type PointerEvent, type ReactElement, useRef, useState } from 'react'
import type { Post } from '../../app/cache.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { IconButton } from '../../ui/button.tsx'
import { Photo, ratioOf } from '../../ui/photo.tsx'
import { indexAfterKey, indexAt } from './carousel-index.ts'
import styles from './carousel.module.css'
import { createTapReader } from './taps.ts'

/**
 * The photos of a post: one, or a strip that is swiped, pushed or moved by the arrow keys. A photo that has not the ratio of
 * the frame lies in it uncut.
 */
export function Carousel({
  post,
  ratio,
  sizes,
  priority,
  onIndex,
  onDoubleTap,
}: {
  post: Post
  /** Width by height of the frame. */
  ratio: number
  sizes: string
  priority: boolean
  onIndex?: (index: number) => void
  onDoubleTap: () => void
}): ReactElement {
  const { t } = useLanguage()
  const strip = useRef<HTMLDivElement>(null)
  const [index, setIndex] = useState(0)
  // Photos beside the first are asked for once somebody is about to look at them.
  const [isTouched, setTouched] = useState(false)
  const readTap = useRef(createTapReader())
  const lastTouch = useRef(-Infinity)
  const { media } = post
  const count = media.length

  function go(next: number): void {
    const slide = strip.current?.children[next]
    if (!strip.current || !slide) return
    setTouched(true)
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches
    const step = slide.getBoundingClientRect().left - strip.current.getBoundingClientRect().left
    // Not scrollBy, which snaps at each photo on its way.
    strip.current.scrollTo({ left: strip.current.scrollLeft + step, behavior: isCalm ? 'instant' : 'smooth' })
  }

  function onScroll(): void {
    const element = strip.current
    if (!element) return
    const now = indexAt(element.scrollLeft, element.clientWidth, count)
    if (now === index) return
    setIndex(now)
    onIndex?.(now)
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    const isRightToLeft = strip.current !== null && getComputedStyle(strip.current).direction === 'rtl'
    const next = indexAfterKey(event.key, index, count, isRightToLeft)
    if (next === null) return
    event.preventDefault()
    go(next)
  }

  function onPointerUp(event: PointerEvent): void {
    if (event.pointerType !== 'touch' || !event.isPrimary) return
    lastTouch.current = event.timeStamp
    if (readTap.current({ x: event.clientX, y: event.clientY, at: event.timeStamp })) onDoubleTap()
  }

  const photos = media.map((item, at) => {
    const isNear = at === index || (isTouched && Math.abs(at - index) <= 1)
    const isUncut = Math.abs(ratioOf(item) - ratio) > 0.02
    const altText = item.altText || t('post.photoBy', { name: post.author.displayName })
    return (
      <Photo
        key={item.id}
        media={isNear ? { ...item, altText } : { ...item, altText, variants: [] }}
        sizes={sizes}
        priority={priority && at === 0}
        fit={isUncut ? 'contain' : 'cover'}
      />
    )
  })
  const taps = {
    onPointerUp,
    // A mouse: fingers were read above, as not every browser makes this of two taps.
    onDoubleClick: (event: MouseEvent) => {
      if (event.timeStamp - lastTouch.current > 1_000) onDoubleTap()
    },
  }

  if (count === 1) {
    return (
      // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the button below the photo does the same
      <div className={styles.frame} style={{ aspectRatio: ratio }} {...taps}>
        {photos}
      </div>
    )
  }
  return (
    <div
      className={styles.frame}
      style={{ aspectRatio: ratio }}
      onPointerEnter={() => setTouched(true)}
      onFocus={() => setTouched(true)}
      onTouchStart={() => setTouched(true)}
    >
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- what scrolls has to be reached by keyboard */}
      <div
        ref={strip}
        className={styles.strip}
        role="group"
        aria-roledescription={t('post.carousel')}
        aria-label={t('post.photos', { count })}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- as above
        tabIndex={0}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
        {...taps}
      >
        {photos.map((photo, at) => (
          <div
            key={photo.key}
            className={styles.slide}
            role="group"
            aria-label={t('post.photoOf', { index: at + 1, count })}
          >
            {photo}
          </div>
        ))}
      </div>
      <p className={styles.position} aria-hidden="true">
        {t('post.position', { index: index + 1, count })}
      </p>
      <IconButton
        className={`${styles.arrow} ${styles.back}`}
        icon="back"
        label={t('post.previousPhoto')}
        disabled={index === 0}
        tabIndex={-1}
        onClick={() => go(index - 1)}
      />
      <IconButton
        className={`${styles.arrow} ${styles.forward}`}
        icon="forward"
        label={t('post.nextPhoto')}
        disabled={index === count - 1}
        tabIndex={-1}
        onClick={() => go(index + 1)}
      />
    </div>
  )
}

/** Where one is among the photos, as dots. */
export function Dots({ index, count }: { index: number; count: number }): ReactElement | null {
  if (count < 2) return null
  return (
    <span className={styles.dots} aria-hidden="true">
      {Array.from({ length: count }, (_, at) => (
        <span key={at} className={`${styles.dot} ${at === index ? styles.now : ''}`} />
      ))}
    </span>
  )
}
