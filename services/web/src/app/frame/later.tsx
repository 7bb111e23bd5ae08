import { type ReactElement, Suspense, useEffect, useState } from 'react'
import { lazyPart } from '../../i18n/lazy-part.ts'

const Live = lazyPart(() => import('../live/live.tsx').then(({ Live }) => Live))
const Reauthentication = lazyPart(() => import('./reauthentication.tsx').then((part) => part.Reauthentication))
const Worker = lazyPart(() => import('../../worker/worker.tsx').then(({ Worker }) => Worker))

/** What nobody sees at once, all other texts with it, is loaded when the page is there and the browser has nothing else to do. */
export function Later(): ReactElement | null {
  const [isTime, setTime] = useState(false)
  useEffect(() => whenIdle(() => setTime(true)), [])
  if (!isTime) return null
  return (
    <Suspense>
      <Live />
      <Reauthentication />
      <Worker />
    </Suspense>
  )
}

function whenIdle(then: () => void): () => void {
  // Safari has none.
  if (typeof requestIdleCallback !== 'function') {
    const timer = setTimeout(then, 500)
    return () => clearTimeout(timer)
  }
  const request = requestIdleCallback(then, { timeout: 3_000 })
  return () => cancelIdleCallback(request)
}
