import type { ReactElement, ReactNode } from 'react'
import { FeedView } from './feed-view.tsx'
import styles from './grid-page.module.css'
import { PostGrid } from './post-grid.tsx'
import type { Feed } from './queries.ts'
import { GridSkeleton } from './skeletons.tsx'

/** A page of photographs in rows, with a title. */
export function GridPage({
  name,
  title,
  side,
  feed,
  empty,
}: {
  /** What its heights are remembered under. */
  name: string
  title: ReactNode
  side?: ReactNode
  feed: Feed
  empty: ReactNode
}): ReactElement {
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1 className={styles.title}>{title}</h1>
        {side && <p className={styles.side}>{side}</p>}
      </header>
      <FeedView feed={feed} skeleton={<GridSkeleton look="rows" />} empty={empty}>
        {(posts, isComplete) => <PostGrid name={name} posts={posts} look="rows" isComplete={isComplete} />}
      </FeedView>
    </div>
  )
}
