import { CatchBoundary } from '@tanstack/react-router'
import { type ReactElement, Suspense, useEffect, useState } from 'react'
import { useViewer } from '../../app/session.ts'
import { lazyPart } from '../../i18n/lazy-part.ts'
import { useAsking } from './leaving.ts'
import { hasOutgoing, useOutgoing, watchOutgoing } from './outgoing.ts'

const Line = lazyPart(async () => (await import('./publishing-line.tsx')).PublishingLine)
const Question = lazyPart(async () => (await import('./leaving-question.tsx')).LeavingQuestion)

/** How it stands with posts on their way. Of what does the work nothing is loaded until there is one. */
export function Publishing(): ReactElement | null {
  const viewer = useViewer()
  const list = useOutgoing()
  const asking = useAsking()
  const [isWaiting, setWaiting] = useState(() => viewer !== null && hasOutgoing(viewer.id))
  useEffect(() => watchOutgoing(() => setWaiting(viewer !== null && hasOutgoing(viewer.id))), [viewer])
  if (!viewer) return null
  return (
    // A part of the frame that does not come is no reason to lose the page.
    <CatchBoundary getResetKey={() => viewer.id} errorComponent={() => null}>
      <Suspense>
        {(list.length > 0 || isWaiting) && <Line viewerId={viewer.id} />}
        {asking && <Question asking={asking} />}
      </Suspense>
    </CatchBoundary>
  )
}
