import { useRouterState } from '@tanstack/react-router'
import { type ReactElement, useEffect, useRef, useState } from 'react'
import { usePageTitle } from '../title.ts'

/**
 * Tells who hears a page that another one has come, and puts the keyboard at its beginning, as a browser does when it loads
 * one.
 */
export function Arrival(): ReactElement {
  const title = usePageTitle()
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname })
  const from = useRef(path)
  const [said, setSaid] = useState('')
  const hasMoved = from.current !== undefined && from.current !== path

  useEffect(() => {
    if (path === undefined) return
    if (from.current !== undefined && from.current !== path) {
      const main = document.getElementById('main')
      // A page may have put it where it is wanted, such as into its search field.
      const isPlaced = main?.contains(document.activeElement) && document.activeElement !== main
      const isBusy = document.querySelector('dialog[open]') !== null
      if (!isPlaced && !isBusy) main?.focus({ preventScroll: true })
    }
    from.current = path
  }, [path])

  useEffect(() => {
    if (hasMoved) setSaid(title)
  }, [title, hasMoved])

  return (
    <p className="visually-hidden" aria-live="polite">
      {said}
    </p>
  )
}
