import { type ReactElement, useLayoutEffect, useRef, useState } from 'react'
import type { Post } from '../../app/cache.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { RichText } from '../../ui/rich-text.tsx'
import styles from './post.module.css'

/** What the author wrote, in a list no more than its beginning. */
export function Caption({ post, isWhole = false }: { post: Post; isWhole?: boolean }): ReactElement | null {
  const { t } = useLanguage()
  const text = useRef<HTMLDivElement>(null)
  const [isOpen, setOpen] = useState(isWhole)
  const [isCut, setCut] = useState(false)

  useLayoutEffect(() => {
    const element = text.current
    if (!element || isOpen) return
    function measure(): void {
      setCut(element !== null && element.scrollHeight > element.clientHeight + 2)
    }
    measure()
    const resizes = new ResizeObserver(measure)
    resizes.observe(element)
    return () => resizes.disconnect()
    // Another caption resizes it too.
  }, [isOpen])

  if (post.caption === '') return null
  return (
    <div className={styles.caption}>
      <div
        ref={text}
        className={isOpen ? undefined : styles.cut}
        // A link further down has the focus: it must be seen.
        onFocus={() => setOpen(true)}
      >
        <RichText text={post.caption} entities={post.entities} />
      </div>
      {isCut && !isOpen && (
        <button type="button" className={styles.more} onClick={() => setOpen(true)}>
          {t('post.whole')}
        </button>
      )}
    </div>
  )
}
