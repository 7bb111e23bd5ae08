import { useRouterState } from '@tanstack/react-router'
import { type ReactElement, useEffect, useState } from 'react'
import { usePageTitle } from '../title.ts'

/**
 * Tells who hears a page that another one has come, and puts the keyboard at its beginning, as a browser does when it loads
 * one.
 */
export function Arrival(): ReactElement {
  const title = usePageTitle()
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname })
  // The first page is read by itself.
  const [from, setFrom] = useState(path)
  const [hasMoved, setMoved] = useState(false)
  if (path !== from) {
    setFrom(path)
    if (from !== undefined) setMoved(true)
  }

  useEffect(() => {
    if (!hasMoved || path === undefined) return
    const main = document.getElementById('main')
    // A page may have put it where it is wanted, such as into its search field.
    const isPlaced = main?.contains(document.activeElement) && document.activeElement !== main
    const isBusy = document.querySelector('dialog[open]') !== null
    if (!isPlaced && !isBusy) main?.focus({ preventScroll: true })
  }, [path, hasMoved])

  return (
    <p className="visually-hidden" aria-live="polite">
      {hasMoved ? title : ''}
    </p>
  )
}
