import { useRouter } from '@tanstack/react-router'
import { useCallback } from 'react'
import { currentViewer, type Viewer } from './session.ts'

/** Does something that only somebody can do who is signed in; who is not, is asked to, and comes back here. */
export function useSignInFirst(): (act: (viewer: Viewer) => void) => void {
  const router = useRouter()
  return useCallback(
    (act) => {
      const viewer = currentViewer()
      if (viewer) act(viewer)
      else void router.navigate({ to: '/login', search: { next: router.state.location.href } })
    },
    [router],
  )
}
