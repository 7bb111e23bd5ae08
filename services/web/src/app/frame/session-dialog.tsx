import { lazy, type ReactElement, Suspense } from 'react'
import { usePresence } from '../session.ts'

const Ended = lazy(() => import('./session-ended.tsx').then(({ SessionEnded }) => ({ default: SessionEnded })))

/** Over the page, when a session has ended elsewhere. */
export function SessionDialog(): ReactElement | null {
  const { viewer, isExpired } = usePresence()
  if (!isExpired || !viewer) return null
  return (
    <Suspense>
      <Ended viewer={viewer} />
    </Suspense>
  )
}
