import { type ReactElement, Suspense } from 'react'
import { lazyPart } from '../../i18n/lazy-part.ts'
import { usePresence } from '../session.ts'

const Ended = lazyPart(() => import('./session-ended.tsx').then(({ SessionEnded }) => SessionEnded))

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
