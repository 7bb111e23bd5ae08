import { type ReactElement, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Post } from '../../app/cache.ts'
import { ratioOf } from '../../ui/photo.tsx'
import { measuresOf } from '../../ui/measures.ts'
import { Windowed } from '../../ui/windowed.tsx'
import styles from './grid.module.css'
import { PostTile } from './post-tile.tsx'
import { justifiedRows, type Look, type Row, squareRows } from './rows.ts'

const gap = 3

/** Posts by their first photos: squares in columns, or uncut in rows. */
export function PostGrid({
  name,
  posts,
  look,
  isComplete,
}: {
  name: string
  posts: readonly Post[]
  look: Look
  isComplete: boolean
}): ReactElement {
  const ref = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(() => measuresOf(name).width)
  useLayoutEffect(() => {
    const element = ref.current
    if (!element) return
    function measure(): void {
      setWidth(Math.round(element?.clientWidth ?? 0))
    }
    measure()
    const resizes = new ResizeObserver(measure)
    resizes.observe(element)
    return () => resizes.disconnect()
  }, [])

  const byId = useMemo(() => new Map(posts.map((post) => [post.id, post])), [posts])
  const rows = useMemo(() => {
    const list = rowsOf(posts, { width, look, isComplete })
    return new Map(list.map((row) => [row.key, row]))
  }, [posts, width, look, isComplete])

  return (
    <div ref={ref} className={styles.grid}>
      <Windowed
        name={name}
        keys={[...rows.keys()]}
        estimate={(key) => (rows.get(key)?.height ?? 0) + gap}
        render={(key, index) => {
          const row = rows.get(key)
          return (
            row && (
              <div className={styles.row} style={{ blockSize: `${row.height}px` }}>
                {row.ids.map((id, at) => {
                  const post = byId.get(id)
                  return (
                    post && (
                      <PostTile key={id} post={post} width={row.widths[at] ?? 0} look={look} priority={index === 0} />
                    )
                  )
                })}
              </div>
            )
          )
        }}
      />
    </div>
  )
}

function rowsOf(
  posts: readonly Post[],
  { width, look, isComplete }: { width: number; look: Look; isComplete: boolean },
): Row[] {
  const tiles = posts.map(({ id, media }) => ({ id, ratio: media[0] ? ratioOf(media[0]) : 1 }))
  if (look === 'squares') return squareRows(tiles, { width, columns: 3, gap, isComplete })
  return justifiedRows(tiles, { width, target: Math.max(120, Math.min(260, width / 3)), gap, isComplete })
}
