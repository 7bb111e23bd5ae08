import { useRouter } from '@tanstack/react-router'
import { lazy, type ReactElement, Suspense, useEffect, useState } from 'react'
import { currentViewer } from '../session.ts'
import { goToItem, pressInItem } from './items.ts'
import { areShortcutsOn, type Command, createReader, isTyping } from './keys.ts'

const Help = lazy(() => import('./help.tsx').then((module) => ({ default: module.Help })))

/** The whole app by single keys: `?` shows them. */
export function Keyboard(): ReactElement | null {
  const router = useRouter()
  const [isHelpOpen, setHelpOpen] = useState(false)

  useEffect(() => {
    const read = createReader()

    function carryOut(command: Command): boolean {
      const viewer = currentViewer()
      switch (command) {
        case 'next':
        case 'previous':
          goToItem(command === 'next' ? 1 : -1)
          return true
        case 'open':
        case 'like':
        case 'comment':
        case 'save':
          return pressInItem(command)
        case 'help':
          setHelpOpen(true)
          return true
        case 'home':
          void router.navigate({ to: '/' })
          return true
        case 'profile':
          if (viewer) void router.navigate({ to: '/@{$username}', params: { username: viewer.username } })
          return viewer !== null
        case 'new':
        case 'search':
        case 'explore':
        case 'notifications':
        case 'settings':
          void router.navigate({ to: `/${command}` })
          return true
      }
    }

    function onKeyDown(event: KeyboardEvent): void {
      if (event.defaultPrevented || event.isComposing || isTyping(event.target)) return
      if (document.querySelector('dialog[open]') || !areShortcutsOn()) return
      const command = read(event)
      if (command !== null && carryOut(command)) event.preventDefault()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [router])

  if (!isHelpOpen) return null
  return (
    <Suspense>
      <Help onClose={() => setHelpOpen(false)} />
    </Suspense>
  )
}
